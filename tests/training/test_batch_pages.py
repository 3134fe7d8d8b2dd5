"""What a coordinator sees of their batches, and that nobody else sees anything."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.training.coordinators import address, signed_in
from tests.training.people import batch, cast, person
from training.models import Assignment, Holder, Project

pytestmark = pytest.mark.django_db


def fill(group, number: int) -> None:
    """Put ``number`` people into the batch; every second began to write the issue, every third is late."""
    today = timezone.localdate()
    users = User.objects.bulk_create(
        User(email=f"p{n}@dinas.go.id", first_name=f"Peserta {n}") for n in range(number)
    )
    projects = Project.objects.bulk_create(
        Project(
            version=group.version,
            batch=group,
            owner=user,
            state_code="issue" if n % 2 else "registered",
            saved=n % 2,
            due_on=today + timedelta(days=-5 if n % 3 == 0 else 5),
        )
        for n, user in enumerate(users)
    )
    mentor, coach = person("mentor"), person("coach")
    Assignment.objects.bulk_create(
        Assignment(project=project, user=user, role=role, accepted_at=timezone.now() if n % 4 else None)
        for n, project in enumerate(projects)
        for user, role in ((mentor, Holder.MENTOR), (coach, Holder.COACH))
    )


def test_only_coordinators_find_a_batch():
    people = cast()
    board = address("board", people.batch)
    missing = reverse("training_batches:board", args=[uuid.uuid4()])
    for stranger in (person("lain"), people.participant, people.mentor, people.examiner):
        client = signed_in(stranger)
        refused, absent = client.get(board), client.get(missing)
        assert (refused.status_code, refused.content) == (404, absent.content)
    assert signed_in(people.coordinator).get(board).status_code == 200


def test_who_is_not_signed_in_is_led_to_do_so():
    answer = Client().get(address("board", batch()))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_an_account_that_is_off_finds_nothing():
    people = cast()
    client = signed_in(people.coordinator)
    User.objects.filter(pk=people.coordinator.pk).update(is_active=False)
    assert client.get(address("board", people.batch)).status_code in (302, 404)


def test_the_list_of_batches_counts_people(django_assert_num_queries):
    pic = person("pic")
    group = batch(coordinator=pic)
    fill(group, 12)
    Project.objects.filter(batch=group, owner__email="p0@dinas.go.id").update(state_code="failed")
    answer = signed_in(pic).get(reverse("training_batches:mine"))
    [board] = answer.context["boards"]
    assert (board.people, board.overdue, board.finished) == (12, 3, 1)
    assert answer["Cache-Control"] == "private, no-store"


def test_numbers_lead_to_exactly_those_people():
    pic = person("pic")
    group = batch(coordinator=pic)
    fill(group, 30)
    client = signed_in(pic)
    answer = client.get(address("board", group))
    board = answer.context["board"]
    assert board.overdue == 10
    for count in board.states:
        for query, number in (
            ({"state": count.state.code}, count.people),
            ({"state": count.state.code, "overdue": "1"}, count.overdue),
        ):
            found = client.get(address("board", group), query).context
            assert found["list"].paginator.count == number
            assert all(member.project.state_code == count.state.code for member in found["members"])
    ended = group.version.state("failed").code
    Project.objects.filter(pk__in=[one.project.pk for one in answer.context["members"][:7]]).update(
        state_code=ended
    )
    mine = client.get(reverse("training_batches:mine"))
    numbers = mine.context["boards"][0]
    for query, number in (("?overdue=1", numbers.overdue), ("", numbers.people), ("?finished=1", 7)):
        link = f"{address('board', group)}{query}"
        assert f'href="{link}#people"' in mine.content.decode()
        assert client.get(link).context["list"].paginator.count == number
    assert numbers.finished == 7


def test_the_late_come_first_and_say_so_in_words():
    pic = person("pic")
    group = batch(coordinator=pic)
    fill(group, 9)
    answer = signed_in(pic).get(address("board", group))
    late = [member.days_late for member in answer.context["members"]]
    assert late == [5, 5, 5, 0, 0, 0, 0, 0, 0]
    assert "Lewat tenggat 5 hari" in answer.content.decode()


def test_filters_by_answer_and_name():
    pic = person("pic")
    group = batch(coordinator=pic)
    fill(group, 8)
    client = signed_in(pic)
    for query, number in (
        ({"answer": "accepted"}, 6),
        ({"answer": "mentor"}, 2),
        ({"answer": "coach", "overdue": "1"}, 1),
    ):
        answer = client.get(address("board", group), query)
        assert answer.context["list"].paginator.count == number, query
    # Who has not said yes is found by the address that was typed, not by a name.
    for text, number in (
        ("Peserta 7", 1), ("p7@dinas.go.id", 1), ("tidak ada", 0), ("Peserta 6", 0), ("p6@dinas.go.id", 1),
    ):  # fmt: skip
        answer = client.post(address("search", group), {"q": text}, follow=True)
        assert answer.context["list"].paginator.count == number, text


def test_who_is_looked_for_stands_in_no_address():
    pic = person("pic")
    group = batch(coordinator=pic)
    fill(group, 8)
    client = signed_in(pic)
    answer = client.post(address("search", group), {"q": "Peserta 7", "state": "issue"})
    assert answer["Location"] == f"{address('board', group)}?state=issue&found=1#people"
    page = client.get(answer["Location"])
    assert [str(member.project.owner) for member in page.context["members"]] == ["Peserta 7"]
    assert "Peserta" not in page.context["query"]
    other = batch(coordinator=pic)
    assert client.get(address("board", other), {"found": "1"}).context["search"].data["q"] == ""
    client.post(address("search", group), {"q": ""})
    assert client.get(address("board", group), {"found": "1"}).context["list"].paginator.count == 8


def test_what_no_filter_offers_is_said():
    people = cast()
    answer = signed_in(people.coordinator).get(address("board", people.batch), {"state": "nowhere"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["state"]


@pytest.mark.parametrize("number", [3, 60])
def test_the_board_costs_the_same_for_few_and_many(number, django_assert_max_num_queries):
    pic = person("pic")
    group = batch(coordinator=pic)
    fill(group, number)
    client = signed_in(pic)
    client.get(address("board", group))
    with django_assert_max_num_queries(15):
        client.get(address("board", group), {"overdue": "1"})


@pytest.mark.slow
def test_a_board_of_5000_takes_as_many_queries_as_one_of_50(capsys):
    """What it takes of the processor is printed, not asserted: see docs/operations/benchmarks.md."""
    pic = person("pic")
    large, small = batch(coordinator=pic), batch(coordinator=pic)
    fill(large, 5000)
    some = Project.objects.filter(batch=large).order_by("pk").values_list("pk", flat=True)[:50]
    Project.objects.filter(pk__in=list(some)).update(batch=small)
    client = signed_in(pic)
    for query in ({}, {"overdue": "1"}, {"state": "issue"}, {"answer": "mentor"}, {"page": "99"}):
        taken = []
        for group in (small, large):
            client.get(address("board", group), query)
            began = time.process_time()
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address("board", group), query)
            seconds = time.process_time() - began
            assert answer.status_code == 200
            # Of the board alone: what stands around every page is read again after some seconds.
            taken.append([sql for row in queries if "training_" in (sql := row["sql"])])
        few, many = taken
        assert len(many) == len(few), (query, few)
        with capsys.disabled():
            print(f"board of 5 000, {query}: {len(many)} queries, {seconds * 1000:.0f} ms of the processor")
