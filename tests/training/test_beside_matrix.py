"""Who may do what beside the steps of a project: every action by every role; matrix.yaml is what is right."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from tests import factories
from tests.training.beside import Beside, asked, beside, enrolled, key, learner, member, topic, with_design
from tests.training.people import joined, person, switched_off
from tests.training.worlds import ORACLE, Refused
from training import forums
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Holder, PeerReview, Post, Project, TeamMember
from training.permissions import Right, visible_projects
from training.services import discussions, learning, moderation, moves, peers, team, writing

pytestmark = pytest.mark.django_db
ROLES = [*ORACLE["roles"], *ORACLE["beside"]["people"], "learner"]


def world() -> Beside:
    """Everybody the matrix names, around one project whose design is handed in."""
    made = beside()
    with_design(made)
    people = made.people
    for right in Right.values:
        people[f"team-{right}"] = member(made, right, name=f"Rekan {right}")
    people["team-invited"] = member(made, "view", accepted=False)
    people["team-left"] = member(made, "edit")
    team.leave(project=made.project, user=people["team-left"], submit_key=key())
    for name in ("peer", "peer-asked"):
        people[name] = enrolled(made.cast)
        asked(made, people[name], accepted=name == "peer")
    for standing in ("postponed", "locked", "withdrawn", "stopped"):
        people[standing] = enrolled(made.cast)
        Project.objects.filter(owner=people[standing]).update(standing=standing)
    inactive, ex_mentor, invited = person("inactive"), person("ex-mentor"), person("invited-mentor")
    joined(made.project, inactive, Holder.COACH, over=True)
    joined(made.project, ex_mentor, Holder.MENTOR, over=True)
    made.cast.batch.coordinators.add(inactive)
    people |= {
        "anonymous": AnonymousUser(),
        "curator": factories.user("curator"),
        "administrator": factories.user("administrator"),
        "inactive": switched_off(inactive),
        "ex-mentor": ex_mentor,
        "invited-mentor": invited,
    }
    return made


def entered(place: forums.Place, actor: Any) -> forums.Forum:
    forum = forums.forum(place, actor) if isinstance(actor, User) else None
    if forum is None:
        raise NotAllowed("read")
    return forum


class Acts:
    """What each action of the matrix does, by the services."""

    def __init__(self, made: Beside) -> None:
        self.made, self.learner = made, learner()
        made.people["learner"] = self.learner.owner
        self.session = self.learner.version.sessions.first()
        self.places = {"project": made.project, "batch": made.cast.batch, "session": self.session}
        self.posts = {
            "project": topic(made),
            "batch": topic(made, place=made.cast.batch),
            "session": topic(made, "learner", place=self.session),
        }

    def do(self, action: str, actor: Any) -> None:
        verb, _dash, place = action.partition("-")
        if place in self.places:
            getattr(self, f"{verb}_in")(place, actor)
        else:
            getattr(self, action.replace("-", "_"))(actor)

    def see_in(self, _place: str, actor: Any) -> None:
        if not visible_projects(actor).filter(pk=self.made.project.pk).exists():
            raise NotAllowed("see")

    def read_in(self, place: str, actor: Any) -> None:
        entered(self.places[place], actor)

    def post_in(self, place: str, actor: Any) -> None:
        forum, thread = entered(self.places[place], actor), self.posts[place].thread
        discussions.post(forum=forum, thread=thread, author=actor, draft=discussions.Draft("Setuju."))

    def moderate_in(self, place: str, actor: Any) -> None:
        forum = entered(self.places[place], actor)
        moderation.hide(forum=forum, message=self.posts[place], by=actor, reason="Bukan tempatnya")
        moderation.show(forum=forum, message=self.posts[place], by=actor)
        moderation.set_lock(forum=forum, thread=self.posts[place].thread, by=actor, locked=True)

    def mark_in(self, _place: str, actor: Any) -> None:
        learning.mark(project=self.learner, session=self.session, by=actor, done=True, submit_key=key())

    def write_answers(self, actor: Any) -> None:
        Project.objects.filter(pk=self.made.project.pk).update(state_code="design")
        step = next(step for step in self.made.project.version.all_steps if step.code == "design")
        given = {"risks": f"Lain {uuid.uuid4()}"}
        saved = self.made.project.saved
        writing.save_answers(project=self.made.project, step=step, actor=actor, given=given, saved=saved)

    def hand_in(self, actor: Any) -> None:
        Project.objects.filter(pk=self.made.project.pk).update(state_code="design")
        moves.move(project=self.made.project, code="submit-design", actor=actor, submit_key=key())

    def _row(self, name: str) -> TeamMember:
        return TeamMember.objects.get(project=self.made.project, user=self.made.people[name])

    def invite_team(self, actor: Any) -> None:
        address = f"{uuid.uuid4().hex[:8]}@dinas.go.id"
        team.invite(project=self.made.project, address=address, right=Right.VIEW, by=actor, submit_key=key())

    def change_team(self, actor: Any) -> None:
        row = self._row("team-view")
        team.change(project=self.made.project, member=row, right=Right.EDIT, by=actor, submit_key=key())

    def remove_team(self, actor: Any) -> None:
        team.remove(project=self.made.project, member=self._row("team-view"), by=actor, submit_key=key())

    def join_team(self, actor: Any) -> None:
        team.accept(member=self._row("team-invited"), user=actor)

    def leave_team(self, actor: Any) -> None:
        if not isinstance(actor, User):
            raise NotAllowed("leave")
        team.leave(project=self.made.project, user=actor, submit_key=key())

    def ask_peer(self, actor: Any) -> None:
        peers.take_back(review=self._review("peer-asked"), by=self.made.participant)
        peers.ask(project=self.made.project, reviewer=self.made.other_participant, by=actor, submit_key=key())

    def _review(self, name: str) -> PeerReview:
        rows = PeerReview.objects.select_related("project")
        return rows.get(project=self.made.project, reviewer=self.made.people[name])

    def take_peer_back(self, actor: Any) -> None:
        peers.take_back(review=self._review("peer-asked"), by=actor)

    def share_peers(self, actor: Any) -> None:
        if not isinstance(actor, User):
            raise NotAllowed("share")
        peers.share_out(batch_id=self.made.cast.batch.pk, projects=Project.objects.all(), by=actor)

    def say_yes(self, actor: Any) -> None:
        mine = PeerReview.objects.filter(project=self.made.project, reviewer_id=actor.pk).first()
        peers.accept(review=mine or self._review("peer-asked"), by=actor)

    def give_review(self, actor: Any) -> None:
        mine = PeerReview.objects.filter(project=self.made.project, reviewer_id=actor.pk).first()
        texts = dict.fromkeys(peers.PARTS, "Jelas.")
        peers.give(review=mine or self._review("peer"), by=actor, texts=texts)

    def thank_peer(self, actor: Any) -> None:
        review = self._review("peer")
        peers.give(review=review, by=self.made.peer, texts=dict.fromkeys(peers.PARTS, "Jelas."))
        peers.thank(review=self._review("peer"), by=actor, words="")


def test_every_action_by_everybody():
    acts, wrong = Acts(world()), []
    for action, allowed in ORACLE["beside"]["actions"].items():
        for role in ROLES:
            done = False
            try:
                with transaction.atomic():
                    acts.do(action, acts.made.people[role])
                    done = True
                    raise Refused
            except (Refused, NotAllowed, Moved):
                pass
            except GuardsUnmet as error:
                wrong.append((action, role, error.reasons))
            if done != (role in allowed):
                wrong.append((action, role, "may" if done else "may not"))
    assert wrong == []
    assert Post.objects.count() == 3


def test_a_writer_of_the_team_writes_exactly_where_the_participant_may():
    made = beside()
    editor = member(made, "edit")
    version = made.project.version
    for state in version.all_states:
        Project.objects.filter(pk=made.project.pk).update(state_code=state.code)
        for step in version.all_steps:
            could = []
            for actor in (made.participant, editor):
                given = {step.all_questions[0].code: f"Lain {uuid.uuid4()}"}
                try:
                    writing.save_answers(
                        project=made.project, step=step, actor=actor, given=given, saved=made.project.saved
                    )
                    could.append(True)
                except NotAllowed:
                    could.append(False)
            assert could[0] == could[1] == (state.code in step.states), (state.code, step.code)
