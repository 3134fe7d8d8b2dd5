"""A form that names a row of somewhere else, in its address or in a field, is a 404 that is kept.

Nothing changes. The rows are real ones, of another batch whose people look like these.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from catalogue.services.codes import agency_id
from tests.training.beside import Beside, asked, beside, key, member, topic, with_design
from tests.training.coordinators import signed_in
from tests.training.people import person
from tests.training.reached import written
from tests.training.slots import put, slot
from tests.training.test_scores import far_apart, meeting
from training.models import (
    Assignment,
    BatchExaminer,
    Document,
    DocumentKind,
    Occasion,
    Project,
    Refusal,
    Seminar,
    TeamMember,
)
from training.services import examiners, seminar_places, settling

pytestmark = pytest.mark.django_db


@dataclass
class Two:
    """Two batches alike: what is asked for in the first, and the rows of the second."""

    mine: Beside
    theirs: Beside
    rows: dict[str, Any] = field(default_factory=dict)

    def people(self, part: str) -> User:
        return self.mine.cast.of(part)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        made = two()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def two() -> Two:
    made = Two(beside(), beside())
    for one in (made.mine, made.theirs):
        with_design(one)
    theirs = made.theirs
    colleague = member(theirs, "view")
    row = examiners.choose(
        batch=theirs.cast.batch, person=examiners.Person(person("judge").email),
        agency_id=agency_id("gov-33"), by=theirs.coordinator, submit_key=key(),
    )  # fmt: skip
    own = member(made.mine, "view", name="Rekan Sendiri")
    review = asked(theirs, theirs.other_participant)
    event = theirs.project.events.last()
    paper = Document.objects.create(
        project=theirs.project, event=event, kind=next(iter(DocumentKind)), number="X-1", state="revoked"
    )
    far_apart(theirs.cast)
    agreed = settling.propose(
        project=theirs.cast.fresh(), occasion=Occasion.DESIGN_SEMINAR, actor=theirs.coordinator,
        meeting=meeting(), submit_key=key(),
    )  # fmt: skip
    Project.objects.filter(pk__in=(made.mine.project.pk, theirs.project.pk)).update(
        state_code="design-approval"
    )
    put(made.mine.cast, slot(made.mine.cast))
    made.rows = {
        "project": theirs.project.key, "examiner": row.pk, "review": review.pk, "document": paper.pk,
        "assignment": Assignment.objects.get(project=theirs.project, user=theirs.examiner).pk,
        "member": TeamMember.objects.get(project=theirs.project, user=colleague).pk,
        "participant": theirs.other_participant.pk, "stranger": theirs.coach.pk, "settlement": agreed.pk,
        "post": topic(theirs).key, "own": TeamMember.objects.get(project=made.mine.project, user=own).pk,
    }  # fmt: skip
    return made


Case = Callable[[Two], tuple[str, str, dict[str, Any]]]


def of_project(name: str, **more: Any) -> Callable[[Two], str]:
    return lambda two: reverse(f"training:{name}", kwargs={"key": two.mine.project.key, **more})


def of_batch(name: str, **more: Any) -> Callable[[Two], str]:
    return lambda two: reverse(f"training_batches:{name}", kwargs={"key": two.mine.cast.batch.key, **more})


def of_person(what: str) -> Callable[[Two], str]:
    return lambda two: of_batch("change", project=two.mine.project.key, what=what)(two)


def of_slot(what: str) -> Callable[[Two], str]:
    def made(two: Two) -> str:
        seminar = Seminar.objects.get(batch=two.mine.cast.batch)
        return of_batch("seminar-change", seminar=seminar.key, what=what)(two)

    return made


def in_slot(what: str, **more: str) -> tuple[str, Callable[[Two], str], dict[str, Any]]:
    return "coordinator", of_slot(what), {f"{what}-project": "project", f"{what}-submit_key": key, **more}


def about(what: str, row: str) -> tuple[str, Callable[[Two], str], dict[str, Any]]:
    more = {f"{what}-{row}": row, f"{what}-submit_key": key}
    return "coordinator", of_person(what), more | ({} if what == "assign" else {f"{what}-reason": "=x"})


FIELDS: dict[str, tuple[str, Callable[[Two], str], dict[str, Any]]] = {
    "remind": ("coordinator", of_batch("remind"), {"selected": "=1", "project": "project"}),
    "lock-all": ("coordinator", of_batch("lock-all"), {"seen": "project"}),
    "place": in_slot("place"),
    "take-out": in_slot("take-out", **{"take-out-reason": "=x"}),
    "miss": in_slot("miss", **{"miss-reason": "=x"}),
    "order": in_slot("order", **{"order-position": "=1"}),
    "assign": about("assign", "examiner"),
    "remove": about("remove", "assignment"),
    "withdraw": about("withdraw", "document"),
    "renew": about("renew", "document"),
    "ask a peer": ("participant", of_project("peers"), {"reviewer": "participant"}),
    "mention": (
        "participant", of_project("project-discussion"),
        {"title": "=Judul", "text": "=Halo", "mention": "stranger"},
    ),
    "mention in the batch": (
        "participant",
        lambda two: reverse("training:batch-discussion", kwargs={"key": two.mine.cast.batch.key}),
        {"title": "=Judul", "text": "=Halo", "mention": "stranger"},
    ),
    "answer": (
        "participant",
        lambda two: reverse("training:thread", kwargs={"key": topic(two.mine).thread.key}),
        {"text": "=Halo", "parent": "post"},
    ),
    "confirm": (
        "examiner", of_project("confirm", occasion="seminar-1"),
        {"settlement": "settlement", "submit_key": key},
    ),
}  # fmt: skip
"""Who sends which form where, with the name of a row of the other batch; ``=`` stands before plain text."""

ADDRESSES: dict[str, tuple[str, str, dict[str, str], dict[str, Any]]] = {
    "team-change": ("participant", "training:team-change", {"member": "member"}, {"right": "=remove"}),
    "peers-answer": ("participant", "training:peers-answer", {"review": "review"}, {"act": "=take-back"}),
    "give-up": ("coordinator", "training_batches:give-up", {"examiner": "examiner"}, {}),
    "person": (
        "coordinator", "training_batches:remove", {"project": "project"}, {"why": "=person"},
    ),
    "nip": ("coordinator", "training_batches:show-nip", {"project": "project"}, {}),
}  # fmt: skip


def values(two: Two, given: dict[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in given.items():
        if callable(value):
            found[name] = str(value())
        elif name == "seen":
            found[name] = f"{two.rows[value]}:{'0' * 64}"
        else:
            found[name] = value[1:] if value.startswith("=") else str(two.rows[value])
    return found


def refused(two: Two, part: str, address: str, data: dict[str, str]) -> None:
    """A 404 with the bytes of a row that is nowhere, one row that says so, and nothing else."""
    client = signed_in(two.people(part))
    Refusal.objects.all().delete()
    before = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, data)
    assert answer.status_code == 404, answer.content[-2000:]
    assert written(queries) == []
    [kept] = Refusal.objects.values_list("user", "method", "route", "status")
    assert kept == (two.people(part).pk, "POST", answer.resolver_match.view_name, 404)
    after = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    ours = {label for label in after if label.startswith("training.")} - {"training.Refusal"}
    assert {label for label in ours if after[label] != before[label]} == set()


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_names_a_row_of_another_batch(shared, db, name):
    part, address, given = FIELDS[name]
    refused(shared, part, address(shared), values(shared, given))


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "answer"])
def test_a_field_that_names_no_row_at_all(shared, db, name):
    part, address, given = FIELDS[name]
    data = values(shared, given)
    nothing = {"project": str(uuid.uuid4()), "seen": f"{uuid.uuid4()}:{'0' * 64}"}
    for field_name, value in given.items():
        if not callable(value) and not value.startswith("="):
            data[field_name] = nothing.get(field_name.rpartition("-")[2], str(10**9))
    refused(shared, part, address(shared), data)


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_that_names_a_row_of_another_batch(shared, db, name):
    part, route, arguments, given = ADDRESSES[name]
    inner = "batches" in route
    own = shared.mine.cast.batch.key if inner else shared.mine.project.key
    rows = {argument: shared.rows[row] for argument, row in arguments.items()}
    refused(shared, part, reverse(route, kwargs={"key": own, **rows}), values(shared, given))


def test_what_a_page_offered_a_moment_ago_is_said_in_the_form_and_kept(shared, db):
    """A project that got its place from somebody else meanwhile is no foreign one."""
    cast = shared.mine.cast
    seminar = Seminar.objects.get(batch=cast.batch)
    other = Project.objects.get(owner=shared.mine.other_participant)
    client = signed_in(cast.coordinator)
    data = {"place-project": str(other.key), "place-submit_key": str(key())}
    address = of_slot("place")(shared)
    Project.objects.filter(pk=other.pk).update(state_code="passed")
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert not seminar.places.filter(project=other).exists()
    assert seminar_places.waiting(cast.batch, "design").count() == 0
    examiner = BatchExaminer.objects.create(batch=cast.batch, user=person("judge"), outside=True)
    examiners.give_up(batch=cast.batch, examiner=examiner, by=cast.coordinator, submit_key=key())
    sent = {"assign-examiner": str(examiner.pk), "assign-submit_key": str(key())}
    assert client.post(of_person("assign")(shared), sent).status_code == 422
