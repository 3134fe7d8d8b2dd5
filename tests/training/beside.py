"""A project with a team, peers and a learner beside it, for tests of what lies beside the steps."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from catalogue.services.codes import agency_id
from tests.training.people import Cast, cast, person, version
from training import forums
from training.models import Invitation, PeerReview, Post, Project, TeamMember
from training.permissions import Right
from training.services import discussions, learning, peers, team
from training.services.enrolment import Person, enrol
from training.services.invitations import accept


@dataclass
class Beside:
    """The cast, everybody with a name, and who was added to it."""

    cast: Cast
    people: dict[str, User] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        return self.cast.fresh()

    def __getattr__(self, name: str) -> User:
        return self.people[name.replace("_", "-")]

    def forum(self, who: str, place: forums.Place | None = None) -> forums.Forum | None:
        return forums.forum(place or self.project, self.people[who])


def key() -> uuid.UUID:
    return uuid.uuid4()


def named(user: User, name: str) -> User:
    user.first_name, user.last_name = name.split(" ", 1)
    user.save()
    return user


def beside(programme: str = "latsar-2021") -> Beside:
    """A project whose design is handed in, and a second one in its batch."""
    made = Beside(cast(programme))
    roles = ("participant", "mentor", "coach", "examiner", "coordinator")
    names = ("Sari Peserta", "Made Mentor", "Cahya Coach", "Petrus Penguji", "Yuni Penyelenggara")
    made.people = {role: named(made.cast.of(role), name) for role, name in zip(roles, names, strict=True)}
    made.people["other-participant"] = named(enrolled(made.cast), "Bagus Lain")
    made.people["stranger"] = named(person("stranger"), "Orang Asing")
    return made


def enrolled(made: Cast, *, accepted: bool = True) -> User:
    """Another participant of the batch, who accepted."""
    people = {name: person(name) for name in ("participant", "mentor")}
    project = enrol(
        batch=made.batch,
        agency_id=agency_id("gov-35.10"),
        by=made.coordinator,
        coach=Person(made.coach.email),
        **{name: Person(user.email) for name, user in people.items()},
    ).project
    if accepted:
        invitation = Invitation.objects.get(project=project, user=people["participant"])
        accept(invitation=invitation, user=people["participant"])
    return people["participant"]


def with_design(made: Beside) -> None:
    """Hand the design in."""
    made.cast.answer_all()
    made.cast.walk_to("design-review")


def member(made: Beside, right: str, *, accepted: bool = True, name: str = "Rekan Tim") -> User:
    user = named(person("rekan"), name)
    team.invite(
        project=made.project, address=user.email, right=Right(right), by=made.participant, submit_key=key()
    )
    row = TeamMember.objects.get(project=made.project, user=user)
    if accepted:
        team.accept(member=row, user=user)
    return user


def asked(made: Beside, reviewer: User, *, accepted: bool = True) -> PeerReview:
    peers.ask(project=made.project, reviewer=reviewer, by=made.participant, submit_key=key())
    review = PeerReview.objects.get(project=made.project, reviewer=reviewer)
    if accepted:
        peers.accept(review=review, by=reviewer)
    return PeerReview.objects.select_related("project").get(pk=review.pk)


def learner(code: str = "open-1") -> Project:
    found = version(code)
    agency = agency_id("gov-35.10")
    assert agency is not None
    return learning.join(version=found, owner=person("learner"), agency_id=agency, key=key())


def topic(made: Beside, who: str = "participant", place: forums.Place | None = None, **more: Any) -> Post:
    forum = made.forum(who, place)
    assert forum is not None
    draft = discussions.Draft(more.pop("text", "Bagaimana mengukur waktu tunggu?"), **more)
    return discussions.begin(forum=forum, author=made.people[who], title="Cara mengukur", draft=draft)


def say(made: Beside, first: Post, who: str, text: str = "Catat jam datang.", **more: Any) -> Post:
    forum = forums.forum_of(first.thread, made.people[who])
    assert forum is not None
    parent = more.pop("parent", None)
    return discussions.post(
        forum=forum,
        thread=first.thread,
        author=made.people[who],
        draft=discussions.Draft(text, **more),
        parent=parent,
    )
