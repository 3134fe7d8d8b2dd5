"""Two or three examiners each: never the same twice, evenly, and those there are count."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest

from tests.training.coordinators import address, signed_in
from tests.training.test_examiners import choose, group_of
from training.models import Assignment, Event, Invitation, Project
from training.services import examiners

pytestmark = pytest.mark.django_db


def loads() -> list[int]:
    rows = Assignment.objects.filter(role="examiner", until=None).values_list("user", flat=True)
    return sorted(Counter(rows).values())


def panels() -> set[int]:
    rows = Assignment.objects.filter(role="examiner", until=None).values_list("project", "user")
    assert len(rows) == len(set(rows))
    return set(Counter(project for project, _user in rows).values())


def test_each_gets_as_many_as_the_form_says():
    group, pic = group_of(5)
    choose(group, pic, *((f"p{n}@lan.go.id", None) for n in range(4)))
    client = signed_in(pic)
    answer = client.post(address("share", group), {"per_project": "2"}, follow=True)
    assert "5 proyek mendapat penguji." in answer.content.decode()
    assert (panels(), loads()) == ({2}, [2, 2, 3, 3])
    assert Event.objects.filter(code="assign-examiner").count() == 10
    assert Invitation.objects.filter(role="examiner").count() == 10
    client.post(address("share", group), {"per_project": "2"})
    assert loads() == [2, 2, 3, 3]
    client.post(address("share", group), {"per_project": "3"})
    assert (panels(), loads()) == ({3}, [3, 4, 4, 4])


@pytest.mark.parametrize("number", ["0", "4", "dua"])
def test_no_other_number(number):
    group, pic = group_of(1)
    choose(group, pic, ("a@lan.go.id", None))
    answer = signed_in(pic).post(address("share", group), {"per_project": number}, follow=True)
    assert "1, 2, atau 3" in answer.content.decode()
    assert loads() == []


def test_those_there_are_count_and_are_not_given_twice():
    group, pic = group_of(3)
    first, *_others = choose(group, pic, *((f"p{n}@lan.go.id", None) for n in range(3)))
    for project in Project.objects.filter(batch=group):
        examiners.assign(project=project, examiner=first, by=pic, submit_key=uuid.uuid4())
    done = examiners.assign_balanced(batch=group, by=pic, submit_key=uuid.uuid4(), per_project=2)
    assert (done.assigned, done.without) == (3, 0)
    assert (panels(), loads()) == ({2}, [1, 2, 3])


def test_who_gets_fewer_is_said():
    group, pic = group_of(2)
    choose(group, pic, ("a@lan.go.id", None), ("mentor0@dinas.go.id", None))
    answer = signed_in(pic).post(address("share", group), {"per_project": "2"}, follow=True)
    assert "1 proyek mendapat lebih sedikit penguji" in answer.content.decode()
    assert loads() == [1, 2]


def test_panels_cost_the_same_for_few_and_many(django_assert_max_num_queries):
    for number in (2, 9):
        group, pic = group_of(number)
        choose(group, pic, *((f"{number}-{n}@lan.go.id", None) for n in range(3)))
        client = signed_in(pic)
        with django_assert_max_num_queries(36):
            client.post(address("share", group), {"per_project": "3"})
