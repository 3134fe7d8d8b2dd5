"""Many at once, on a database that processes share: one wins, nothing is half done, nobody sees an error."""

from __future__ import annotations

import json
import uuid

import pytest

from catalogue.services.access import ensure_access
from catalogue.services.codes import agency_id
from tests.search.processes import SharedDatabase
from tests.training.meeting import meet_all
from tests.training.people import batch, cast, person, version
from tests.training.scoring import score_all
from training.models import Project

pytestmark = pytest.mark.django_db(transaction=True)


def shared(tmp_path) -> SharedDatabase:
    return SharedDatabase(tmp_path, "tests.training.actor")


def at_once(database, *calls):
    """What the threads of all processes answered."""
    actors = [database.actor(*call) for call in calls]
    started = [actor.__enter__() for actor in actors]
    try:
        for actor in started:
            assert actor.says() == "ready"
        for actor in started:
            actor.tell("go")
        return [answer for actor in started for answer in json.loads(actor.says())]
    finally:
        for actor in actors:
            actor.__exit__(None, None, None)


COUNTS = {
    "event": "SELECT count(*) FROM training_event",
    "revision": "SELECT count(*) FROM training_revision",
    "notice": "SELECT count(*) FROM training_notice",
    "project": "SELECT count(*) FROM training_project",
    "assignment": "SELECT count(*) FROM training_assignment",
    "invitation": "SELECT count(*) FROM training_invitation",
}


def state_of(database):
    """The state of the only project."""
    return database.rows("SELECT state_code FROM training_project")[0][0]


def count(database, table):
    return database.rows(COUNTS[table])[0][0]


def test_twenty_identical_requests_are_one_move_and_one_answer(tmp_path):
    people = cast()
    people.answer_all()
    people.walk_to("design")
    meet_all(people)
    database = shared(tmp_path)
    before = {table: count(database, table) for table in ("event", "revision", "notice")}
    who = str(people.participant.pk)
    call = ("move", "10", str(people.project.pk), "submit-design", who, str(uuid.uuid4()))
    answers = at_once(database, call, call)
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert isinstance(answers[0], int)
    assert {table: count(database, table) - was for table, was in before.items()} == dict.fromkeys(before, 1)
    assert database.rows("SELECT user_id FROM training_notice ORDER BY id")[-1] == (people.coach.pk,)
    assert state_of(database) == "design-review"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(tmp_path):
    people = cast()
    people.answer_all()
    people.walk_to("design-review")
    database = shared(tmp_path)
    events, notices = count(database, "event"), count(database, "notice")
    coach = people.coach.pk
    decisions = [f"approve-design:{coach}", f"return-design:{coach}"] * 3
    call = ("decide", str(people.project.pk), *decisions)
    answers = at_once(database, call, call)
    won = [answer for answer in answers if isinstance(answer, int)]
    assert len(won) == 1
    assert [answer for answer in answers if answer not in won] == ["Moved"] * 11
    assert count(database, "event") == events + 1
    number, code, target = database.rows("SELECT id, code, target FROM training_event ORDER BY number")[-1]
    assert number == won[0]
    assert target == {"approve-design": "design-approval", "return-design": "design-revision"}[code]
    assert state_of(database) == target
    told = 2 if code == "approve-design" else 1  # participant and mentor, or the participant alone
    assert count(database, "notice") == notices + told


def test_many_identical_requests_are_one_topic_and_one_invitation(tmp_path):
    people = cast()
    database = shared(tmp_path)
    users = "SELECT count(*) FROM accounts_user"
    before = database.rows(users)[0][0]
    call = (
        "beside",
        "5",
        str(people.project.pk),
        str(people.participant.pk),
        "baru@dinas.go.id",
        str(uuid.uuid4()),
    )
    answers = at_once(database, call, call)
    assert len(answers) == 20
    assert len({answer for answer in answers if isinstance(answer, int)}) == 1
    assert [answer for answer in answers if isinstance(answer, str)] == ["invited"] * 10
    for table in ("post", "thread", "teammember"):
        assert database.rows(f"SELECT count(*) FROM training_{table}") == [(1,)], table  # noqa: S608
    assert database.rows(users)[0][0] == before + 1
    assert database.rows("SELECT count(*) FROM training_notice WHERE kind = 'team'") == [(1,)]


def test_joining_many_times_at_once_is_joining_once(tmp_path):
    found, user = version("open-1"), person("pelajar")
    agency = agency_id("gov-35.10")
    database = shared(tmp_path)
    answers = at_once(database, ("join", "10", str(found.pk), str(user.pk), str(agency)))
    assert len(answers) == 10
    assert len(set(answers)) == count(database, "project") == 1


def test_parallel_handing_over_makes_one_record(tmp_path):
    ensure_access()
    people = cast()
    people.answer_all()
    people.walk_to("passed")
    database = shared(tmp_path)
    leader = str(people.coordinator.pk)
    one_form = ("move", "5", str(people.project.pk), "propose", leader, str(uuid.uuid4()))
    other_form = ("move", "5", str(people.project.pk), "propose", leader, str(uuid.uuid4()))
    answers = at_once(database, one_form, other_form)
    assert len({answer for answer in answers if isinstance(answer, int)}) == 1
    assert {answer for answer in answers if isinstance(answer, str)} == {"Moved"}
    assert database.rows("SELECT count(*) FROM catalogue_innovationpage") == [(1,)]
    assert database.rows("SELECT count(*) FROM wagtailcore_workflowstate") == [(1,)]
    key = database.rows(
        "SELECT translation_key FROM wagtailcore_page JOIN catalogue_innovationpage ON id = page_ptr_id"
    )
    assert [row[0] for row in key] == [database.rows("SELECT record_key FROM training_project")[0][0]]


def test_many_hand_over_at_the_same_moment(tmp_path):
    """Records are siblings in a tree that numbers them, and share tags that are new."""
    ensure_access()
    found = version("mandiri-1")
    source = cast()
    source.answer_all()
    answers = {**source.fresh().answers, "tags": "baru sekali; antrean desa"}
    projects = [
        Project.objects.create(
            version=found, owner=person("alone"), agency_id=agency_id("gov-35.10"), state_code="writing",
            answers=answers, title=f"Antrean daring nomor {number}",
        )
        for number in range(10)
    ]  # fmt: skip
    database = shared(tmp_path)
    keys = [str(project.pk) for project in projects]
    done = at_once(database, ("hand_over_many", *keys[:5]), ("hand_over_many", *keys[5:]))
    assert all(isinstance(answer, int) for answer in done), done
    assert database.rows("SELECT count(*) FROM catalogue_innovationpage") == [(10,)]
    assert database.rows("SELECT count(*) FROM catalogue_tag WHERE name = 'baru sekali'") == [(1,)]
    assert database.rows("SELECT count(DISTINCT record_key) FROM training_project") == [(10,)]


def test_parallel_enrolment_of_one_person_makes_one_project(tmp_path):
    leader = person("pic")
    group = batch(coordinator=leader)
    agency = str(agency_id("gov-35.10"))
    database = shared(tmp_path)
    call = ("enrol_same", "5", str(group.pk), str(leader.pk), agency, "baru@dinas.go.id")
    answers = at_once(database, call, call)
    assert len(set(answers)) == 1
    assert isinstance(answers[0], int)
    tables = ("project", "assignment", "invitation", "notice", "event")
    assert [count(database, table) for table in tables] == [1, 2, 3, 3, 1]


def test_a_yes_given_many_times_at_once_stands_in_the_history_once(tmp_path):
    people = cast(accepted=False)
    database = shared(tmp_path)
    events = count(database, "event")
    asked = [str(one.pk) for one in people.project.invitations.order_by("pk")]
    answers = at_once(database, *[("accept", "6", key) for key in asked])
    assert answers == ["yes"] * 18
    assert count(database, "event") == events + 3
    numbers = database.rows("SELECT number FROM training_event ORDER BY number")
    assert [number for (number,) in numbers] == list(range(1, events + 4))


def test_the_same_people_are_enrolled_in_two_batches_at_once(tmp_path):
    leader = person("pic")
    groups = [batch(coordinator=leader), batch(coordinator=leader)]
    agency = str(agency_id("gov-35.10"))
    database = shared(tmp_path)
    answers = at_once(
        database,
        *[("enrol_same", "4", str(group.pk), str(leader.pk), agency, "baru@dinas.go.id") for group in groups],
    )
    assert len(set(answers)) == 2
    assert all(isinstance(answer, int) for answer in answers), answers
    assert database.rows("SELECT count(*) FROM accounts_user WHERE email LIKE '%.baru@dinas.go.id'") == [(3,)]


def test_of_two_devices_one_saves_and_the_other_is_told(tmp_path):
    people = cast()
    people.move("begin")
    database = shared(tmp_path)
    texts = [f"chosen_issue=Tulisan perangkat {number}" for number in range(6)]
    answers = at_once(database, ("save", str(people.project.pk), "issue", *texts))
    assert sorted(map(str, answers)) == ["1", *["SavedElsewhere"] * 5]
    kept, saved = database.rows("SELECT answers, saved FROM training_project")[0]
    kept = json.loads(kept) if isinstance(kept, str) else kept
    assert saved == 1
    assert kept == {"chosen_issue": texts[answers.index(1)].partition("=")[2]}


def test_the_same_scores_sent_many_times_are_submitted_once(tmp_path):
    people = cast()
    Project.objects.update(state_code="design-seminar")
    database = shared(tmp_path)
    one, other = (f"{people.examiner.pk}:{uuid.uuid4()}:{level}" for level in (4, 5))
    call = ("submit_scores", str(people.project.pk), "seminar-1", *[one] * 5, *[other] * 2)
    answers = at_once(database, call, call)
    assert len({answer for answer in answers if isinstance(answer, int)}) == 1
    assert {answer for answer in answers if isinstance(answer, str)} <= {"ScoresClosed", "SavedElsewhere"}
    assert database.rows("SELECT count(*) FROM training_scoresheet") == [(1,)]
    assert database.rows("SELECT count(*) FROM training_event WHERE code = 'submit-scores'") == [(1,)]


def test_of_two_examiners_at_once_both_scores_are_kept(tmp_path):
    people = cast()
    Project.objects.update(state_code="design-seminar")
    second = person("examiner")
    people.project.assignments.create(user=second, role="examiner", accepted_at="2026-03-07T01:00:00Z")
    database = shared(tmp_path)
    wishes = [f"{user.pk}:{uuid.uuid4()}:{level}" for user, level in ((people.examiner, 3), (second, 5))]
    answers = at_once(database, ("submit_scores", str(people.project.pk), "seminar-1", *wishes))
    assert all(isinstance(answer, int) for answer in answers)
    assert database.rows("SELECT count(*) FROM training_scoresheet") == [(2,)]
    far_apart = "SELECT count(*) FROM training_notice WHERE kind = 'divergence'"
    assert database.rows(far_apart) == [(3,)]  # once to each examiner and the coordinator


def test_a_result_is_locked_with_the_scores_it_was_made_of(tmp_path):
    people = cast()
    Project.objects.update(state_code="graduation")
    score_all(people, 4)
    database = shared(tmp_path)
    call = ("lock_or_submit", str(people.project.pk), str(people.coordinator.pk), "coordinator")
    answers = at_once(database, (*call, str(people.coordinator.pk)))
    totals = {
        answer for answer in answers if answer not in {"ScoresClosed", "submit-scores", "SavedElsewhere"}
    }
    assert len(totals) == 1
    [(marks, total)] = database.rows("SELECT marks, total FROM training_result")
    [(given,)] = database.rows(
        "SELECT marks FROM training_scoresheet WHERE occasion = 'coordinator' AND replaced_at IS NULL"
    )
    marks, given = (json.loads(text) if isinstance(text, str) else text for text in (marks, given))
    assert given.items() <= marks.items()
    assert f"{float(total):.2f}" in totals
    assert totals <= {"80.00", "88.00"}


@pytest.mark.parametrize(("place", "state", "code"), [
    ("notices", "design", "submit-design"),
    ("record", "passed", "propose"),
])  # fmt: skip
def test_a_killed_process_leaves_nothing_half_done(tmp_path, place, state, code):
    ensure_access()
    people = cast()
    people.answer_all()
    people.walk_to(state)
    meet_all(people)
    database = shared(tmp_path)
    tables = ("event", "revision", "notice")
    before = [count(database, table) for table in tables]
    actor = {"submit-design": people.participant, "propose": people.coordinator}[code]
    with database.actor("move_and_hang", place, str(people.project.pk), code, str(actor.pk)) as process:
        assert process.says() == "written"
        process.kill()
    assert state_of(database) == state
    assert [count(database, table) for table in tables] == before
    assert database.rows("SELECT count(*) FROM catalogue_innovationpage") == [(0,)]
    call = ("move", "1", str(people.project.pk), code, str(actor.pk), str(uuid.uuid4()))
    assert isinstance(at_once(database, call)[0], int)
    assert count(database, "event") == before[0] + 1
