"""Projects are shared out evenly, and never to somebody who is not free to judge."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.services.codes import agency_id
from tests import factories
from tests.training.coordinators import address, signed_in
from tests.training.people import batch, cast, later_events, person
from training.balance import balanced
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, BatchExaminer, Event, Holder, Invitation, Notice, Project
from training.services import examiners
from training.services.enrolment import Person, enrol
from training.services.invitations import accept


def squares(loads) -> int:
    return sum(load * load for load in loads)


def best(allowed, load, places) -> int:
    """The least sum of squares over every way there is."""
    choices = [
        list(itertools.combinations(choice, min(places[project], len(choice))))
        for project, choice in allowed.items()
    ]
    ways = itertools.product(*choices)
    return min(squares((Counter(itertools.chain(*way)) + Counter(load)).values()) for way in ways)


_PROBLEMS = st.integers(1, 4).flatmap(
    lambda people: st.tuples(
        st.lists(st.tuples(st.lists(st.integers(0, people - 1), unique=True), st.integers(1, 3)), max_size=6),
        st.lists(st.integers(0, 3), min_size=people, max_size=people),
    )
)


@settings(max_examples=300, deadline=None)
@given(_PROBLEMS)
def test_no_sharing_is_more_even(problem):
    asked, loads = problem
    allowed, load = dict(enumerate(choice for choice, _places in asked)), dict(enumerate(loads))
    places = dict(enumerate(number for _choice, number in asked))
    given_to = balanced(allowed, load, places)
    assert given_to.keys() == {project for project, choice in allowed.items() if choice}
    for project, people in given_to.items():
        assert set(people) <= set(allowed[project])
        assert len(people) == len(set(people)) == min(places[project], len(allowed[project]))
    reached = Counter(itertools.chain(*given_to.values())) + Counter(load)
    assert squares(reached.values()) == best(allowed, load, places)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 9), st.integers(0, 200), st.integers(1, 3))
def test_without_conflicts_loads_differ_by_one_at_most(people, projects, places):
    allowed = {n: list(range(people)) for n in range(projects)}
    given_to = balanced(allowed, dict.fromkeys(range(people), 0), dict.fromkeys(allowed, places))
    counts = Counter(itertools.chain(*given_to.values()))
    loads = [counts[examiner] for examiner in range(people)]
    assert max(loads) - min(loads) <= 1


def test_many_projects_are_shared_out_soon():
    allowed = {n: [e for e in range(20) if (n + e) % 3] for n in range(5000)}
    given_to = balanced(allowed, dict.fromkeys(range(20), 0), dict.fromkeys(allowed, 2))
    counts = Counter(itertools.chain(*given_to.values()))
    assert max(counts.values()) - min(counts.values()) <= 1


def group_of(number: int, agency: str | None = "gov-35.10"):
    pic = person("pic")
    group = batch(coordinator=pic)
    for n in range(number):
        people = [Person(f"{part}{n}@dinas.go.id", f"{part} {n}") for part in ("peserta", "mentor")]
        enrol(
            batch=group, participant=people[0], mentor=people[1], coach=Person("coach@lan.go.id", "Coach"),
            agency_id=agency_id(agency) if agency else None, by=pic,
        )  # fmt: skip
    return group, pic


def choose(group, pic, *people: tuple[str, str | None]) -> list[BatchExaminer]:
    return [
        examiners.choose(
            batch=group,
            person=Person(email, email),
            agency_id=agency_id(code) if code else None,
            by=pic,
            submit_key=uuid.uuid4(),
        )
        for email, code in people
    ]


@pytest.mark.django_db
def test_projects_are_shared_out_by_the_page():
    group, pic = group_of(6)
    client = signed_in(pic)
    for n in range(3):
        form = {"name": f"Penguji {n}", "email": f"penguji{n}@lan.go.id", "agency": "outside"}
        assert client.post(address("examiners", group), form).status_code == 302
    client.post(address("share", group))
    loads = Counter(Assignment.objects.filter(role="examiner").values_list("user__email", flat=True))
    assert sorted(loads.values()) == [2, 2, 2]
    assert Event.objects.filter(code="assign-examiner").count() == 6
    assert Notice.objects.filter(user__email="penguji0@lan.go.id", mail="waiting").count() == 1
    client.post(address("share", group))
    assert Assignment.objects.filter(role="examiner").count() == 6
    page = client.get(address("examiners", group))
    assert (page.context["without"], [row.projects for row in page.context["rows"]]) == (0, [2, 2, 2])


@pytest.mark.django_db
def test_nobody_judges_who_they_support_or_their_own_agency():
    factories.agency("gov-35.10-dinas-uji", parent="gov-35.10")
    group, pic = group_of(4)
    choose(
        group, pic, ("coach@lan.go.id", None), ("mentor0@dinas.go.id", None), ("peserta1@dinas.go.id", None),
        ("sekabupaten@dinas.go.id", "gov-35.10"), ("sedinas@dinas.go.id", "gov-35.10-dinas-uji"),
    )  # fmt: skip
    done = examiners.assign_balanced(batch=group, by=pic, submit_key=uuid.uuid4())
    assert (done.assigned, done.without) == (4, 0)
    found = {(one.project.owner.email, one.user.email) for one in Assignment.objects.filter(role="examiner")}
    assert {judge for _owner, judge in found} == {"mentor0@dinas.go.id", "peserta1@dinas.go.id"}
    assert ("peserta0@dinas.go.id", "mentor0@dinas.go.id") not in found
    assert ("peserta1@dinas.go.id", "peserta1@dinas.go.id") not in found


@pytest.mark.django_db
def test_who_has_nobody_free_to_judge_is_left_out_and_said():
    group, pic = group_of(2)
    choose(group, pic, ("a@dinas.go.id", "gov-35.10"))
    answer = signed_in(pic).post(address("share", group), follow=True)
    assert "2 proyek tidak mendapat penguji" in answer.content.decode()
    assert not Assignment.objects.filter(role="examiner").exists()


@pytest.mark.django_db
def test_sharing_out_costs_the_same_for_few_and_many(django_assert_max_num_queries):
    for number in (2, 9):
        group, pic = group_of(number)
        choose(group, pic, *((f"{number}-{n}@lan.go.id", None) for n in range(3)))
        client = signed_in(pic)
        with django_assert_max_num_queries(33):
            client.post(address("share", group))


@pytest.mark.django_db
def test_a_former_mentor_does_not_judge():
    people = cast()
    Assignment.objects.filter(role="examiner").delete()
    Assignment.objects.filter(role="mentor").update(until="2026-03-20T00:00:00Z")
    [former] = choose(people.batch, people.coordinator, (people.mentor.email, None))
    with pytest.raises(GuardsUnmet):
        examiners.assign(
            project=people.project, examiner=former, by=people.coordinator, submit_key=uuid.uuid4()
        )


@pytest.mark.django_db
def test_one_is_assigned_and_removed_by_the_page():
    people = cast()
    client = signed_in(people.coordinator)
    [chosen, other] = choose(
        people.batch, people.coordinator, ("a@lan.go.id", None), (people.coach.email, None)
    )
    where = {"project": people.project.key}
    for pk, status in ((chosen.pk, 302), (chosen.pk, 302), (other.pk, 422), (99999, 404)):
        data = {"assign-submit_key": uuid.uuid4(), "assign-examiner": pk}
        assert (
            client.post(address("change", people.batch, what="assign", **where), data).status_code == status
        )
    given_to = people.project.assignments.get(user=chosen.user)
    data = {"remove-submit_key": uuid.uuid4(), "remove-assignment": given_to.pk, "remove-reason": "Sakit"}
    assert client.post(address("change", people.batch, what="remove", **where), data).status_code == 302
    given_to.refresh_from_db()
    assert given_to.until
    assert [event.code for event in later_events(people.project)] == ["assign-examiner", "remove-examiner"]
    again = {"assign-submit_key": uuid.uuid4(), "assign-examiner": chosen.pk}
    assert client.post(address("change", people.batch, what="assign", **where), again).status_code == 302


@pytest.mark.django_db
def test_who_said_yes_once_is_not_asked_again():
    group, pic = group_of(3)
    [judge] = choose(group, pic, ("a@lan.go.id", None))
    first, *others = Project.objects.filter(batch=group)
    examiners.assign(project=first, examiner=judge, by=pic, submit_key=uuid.uuid4())
    accept(invitation=Invitation.objects.get(role="examiner"), user=judge.user)
    examiners.assign_balanced(batch=group, by=pic, submit_key=uuid.uuid4())
    assert Assignment.objects.filter(role=Holder.EXAMINER, accepted_at=None).count() == 0
    assert Assignment.objects.filter(role=Holder.EXAMINER).count() == len(others) + 1
    assert Invitation.objects.filter(role="examiner").count() == 1


@pytest.mark.django_db
def test_an_examiner_of_another_batch_is_not_offered():
    people, other = cast(), cast()
    [foreign] = choose(other.batch, other.coordinator, ("a@lan.go.id", None))
    with pytest.raises(NotAllowed):
        examiners.assign(
            project=people.project, examiner=foreign, by=people.coordinator, submit_key=uuid.uuid4()
        )
    client = signed_in(people.coordinator)
    assert client.post(address("give-up", people.batch, examiner=foreign.pk)).status_code == 404
    assert (
        signed_in(other.coordinator).post(address("give-up", other.batch, examiner=foreign.pk)).status_code
        == 302
    )
    assert not BatchExaminer.objects.filter(given_up_at=None).exists()


@pytest.mark.django_db
def test_nobody_chosen_is_said():
    group, pic = group_of(1)
    answer = signed_in(pic).post(address("share", group), follow=True)
    assert "Pilih dulu penguji angkatan ini." in answer.content.decode()
