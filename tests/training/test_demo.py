"""The batches of the demonstration: whole, labelled, the same each time, and as the rules would have it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import is_civil_servant
from catalogue.models import InnovationPage
from catalogue.services import intake
from catalogue.services.access import ensure_access
from tests import factories
from tests.catalogue.invented import demo as synthetic
from training import answers
from training.demo import building, writing
from training.demo.people import ACCOUNTS
from training.guards import unmet
from training.models import (
    Batch,
    Certificate,
    Document,
    Event,
    FollowUp,
    Holder,
    Notice,
    PeerReview,
    Post,
    ProgrammeVersion,
    Project,
    Seminar,
    SeminarAttendee,
    SeminarPlace,
    SessionDone,
    TeamMember,
    Thread,
)
from training.permissions import visible_projects
from training.services import coordination, documents, learning, mails, moves, note_replies, standing
from training.services.bookings import Span

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path, capsys):
    """Run the command; its lines."""
    settings.VAR_DIR, settings.STAFF_MFA = tmp_path, "optional"
    factories.baseline()
    ensure_access()
    call_command("demo_accounts")
    capsys.readouterr()

    def run(*options):
        call_command("demo_training", *options)
        return capsys.readouterr().out.splitlines()

    return run


def everything():
    models = (Batch, Project, Event, Notice, User, InnovationPage, Post, TeamMember, PeerReview, SessionDone)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_people_sign_in_and_have_something_to_do(demo):
    lines = [line.split() for line in demo() if "@" in line]
    assert [line[1] for line in lines] == [account.email for account in ACCOUNTS.values()]
    for part, email, password in lines:
        answer = Client().post("/accounts/login/", {"login": email, "password": password})
        assert answer.status_code == 302
        user = User.objects.get(email=email)
        own = [p for p in visible_projects(user) if p.state.holder == part]
        assert own, part
        assert any(moves.offers(project=p, roles=frozenset({Holder(part)})) for p in own)


def test_again_changes_nothing(demo):
    demo()
    before = everything()
    assert demo() == []
    assert everything() == before


def notes_without_reply(project):
    """Of the design seminar, once the improvement was handed in."""
    seminars = project.events.filter(code="close-design-seminar").exclude(target=project.state_code)
    noted = [one for seminar in seminars for one in note_replies.noted(project, seminar)]
    return [one.code for one in noted if not one.reply]


def test_every_history_is_one_the_rules_allow(demo):
    demo()
    assert Batch.objects.filter(is_demo=True).count() == Batch.objects.count() == 3
    for batch in Batch.objects.select_related("version"):
        assert batch.projects.count() >= batch.version.states.count()
    for project in Project.objects.exclude(batch=None):
        events = list(project.events.all())
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        assert [event.source for event in events[1:]] == [event.target for event in events[:-1]]
        assert [event.at for event in events] == sorted(event.at for event in events)
        known = {(move.source, move.code, move.target, move.actor) for move in project.version.all_moves}
        for event in events:
            if event.code in coordination.LABELS:
                assert event.source == event.target
                continue
            if event.source == event.target:  # moved nothing: what was done about its standing
                assert event.code in standing.ACTIONS
                assert event.role in standing.ACTIONS[event.code].roles
                continue
            assert (event.source, event.code, event.target, event.role) in known
        guards = [
            move.guards
            for move in building.way_to(project.version, project.state_code)
            if move.actor != "curator"
        ]
        if project.state_code in {"curation", "published"}:
            assert intake.exists(project.record_key)
        if project.standing not in Project.LEFT:  # whose mentor and coach are free again
            asked = set(" ".join(guards).split()) - {"published", "notes"}  # those of a return are open
            assert unmet(project, " ".join(sorted(asked))) == []
            assert notes_without_reply(project) == []
    assert {"postponed", "locked", "withdrawn"} <= set(Project.objects.values_list("standing", flat=True))
    assert FollowUp.objects.count() == 3


def test_somebody_is_in_every_state_of_every_programme(demo):
    demo()
    states = {version.code: set() for version in ProgrammeVersion.objects.all()}
    for version, code in Project.objects.values_list("version__code", "state_code"):
        states[version].add(code)
    for version in ProgrammeVersion.objects.all():
        assert states[version.code] == {state.code for state in version.all_states}, version.code


def test_nobody_is_at_two_seminars_at_once(demo):
    demo()
    spans: dict[int, list] = {}
    for row in SeminarAttendee.objects.filter(attends=True).select_related("seminar"):
        spans.setdefault(row.user_id, []).append(Span.of(row.seminar))
    assert [pair for own in spans.values() for pair in combinations(own, 2) if pair[0].meets(pair[1])] == []
    kinds = Counter(SeminarPlace.objects.values_list("kind", flat=True))
    assert kinds["design"] >= 20
    assert kinds["result"] >= 8
    assert Seminar.objects.filter(starts_at__gt=timezone.now()).count() >= 6


def test_its_papers_are_signed_as_samples(demo):
    demo()
    documents.issue_waiting()
    for model in (Certificate, Document):
        found = list(model.objects.all())
        assert found
        assert all(paper.is_demo for paper in found)
        assert not [paper for paper in found if paper.trouble]
    assert {document.kind for document in Document.objects.all()} >= {
        "design-approval", "report-approval", "originality", "endorsement",
    }  # fmt: skip
    for project in Project.objects.exclude(batch=None):
        given = {(move.source, move.code) for move in project.version.all_moves if move.document}
        reserved = set(project.documents.values_list("event__source", "event__code"))
        assert reserved == given & set(project.events.values_list("source", "code"))


def test_its_records_are_labelled_and_its_mails_stay(demo):
    demo()
    records = InnovationPage.objects.filter(origin=InnovationPage.Origin.DEMO_SYNTHETIC)
    assert records.count() == InnovationPage.objects.count() == 2 * 5  # in and past every curators' queue
    assert records.filter(live=True).count() == 5
    assert Notice.objects.exists()
    assert mails.send_waiting() == 0


@pytest.mark.parametrize("code", ["latsar-2021", "pkp-2020", "pka-2020"])
def test_what_was_written_is_good(demo, code):
    demo()
    version = ProgrammeVersion.objects.get(code=code)
    titles = set()
    for number in range(3 * 12):
        written = writing.answers(number, today=date(2026, 5, 4))
        titles.add(written["title"])
        for step in version.all_steps:
            assert [(p.question.code, p.text) for p in answers.problems(step, written)] == []
    assert len(titles) >= 20


def test_the_demo_profile_takes_its_people_for_civil_servants(settings):
    from innovation_site.settings import dev

    settings.CIVIL_SERVANT_DOMAINS = dev.CIVIL_SERVANT_DOMAINS
    person = factories.user("curator", email="peserta@demo.example")
    assert is_civil_servant(person)


def test_a_lost_file_gives_everybody_a_new_password(demo, settings):
    demo()
    (settings.VAR_DIR / "demo-accounts.txt").unlink()
    again = demo()
    assert len(again) == 3 + len(ACCOUNTS)
    assert (settings.VAR_DIR / "demo-accounts.txt").read_text().splitlines() == again


def test_only_in_the_demo_profile(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo profile"):
        call_command("demo_training")
    assert not Batch.objects.exists()


def test_the_invented_catalogue_neither_stumbles_over_its_records_nor_takes_them_away(demo):
    demo()
    with_training = InnovationPage.objects.count()
    synthetic(size=2, seed=1)
    assert InnovationPage.objects.count() > with_training
    synthetic(remove=True)
    assert InnovationPage.objects.count() == with_training


def test_people_talk_read_each_other_and_learn(demo):
    demo()
    assert {thread.batch_id for thread in Thread.objects.exclude(batch=None)} == {
        batch.pk for batch in Batch.objects.all()
    }
    participant = User.objects.get(email=ACCOUNTS["participant"].email)
    own = Project.objects.filter(owner=participant, batch__isnull=False).earliest("pk")
    assert own.team.get().accepted_at
    assert own.peer_reviews.get().given_at
    assert participant.peer_reviews.get().accepted_at is None
    learner = learning.project_of(ProgrammeVersion.objects.get(code="open-1"), participant)
    assert [lesson.done_at is not None for lesson in learning.lessons(learner)] == [True, True] + [False] * 3
