"""What somebody is refused leaves one row that tells nothing of what it was about, and nothing else."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.privacy import erase, export_of
from catalogue.services.access import ensure_access
from tests import factories
from tests.training.coordinators import signed_in
from tests.training.people import Cast, cast
from training.models import Refusal
from training.services import refusals

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def foreign() -> str:
    """The address of a project that is another's."""
    return f"/id/training/projects/{cast().project.key}/"


def counts() -> dict[str, int]:
    rows = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    return {
        label: count for label, count in rows.items() if not label.startswith(("sessions.", "usersessions."))
    }


def kept() -> list[tuple[Any, ...]]:
    return list(Refusal.objects.order_by("pk").values_list("user", "method", "route", "status", "more"))


def test_a_foreign_id_and_an_extra_field_leave_one_row_each_and_change_nothing_else(people, foreign):
    client = signed_in(people.participant)
    own, user = f"/id/training/projects/{people.project.key}/", people.participant.pk
    client.get(own)
    file = f"{foreign}files/{uuid.uuid4()}/"
    before = counts()
    for method, address, more, route, status in (
        ("GET", foreign, {}, "training:project", 404),
        ("HEAD", foreign, {}, "training:project", 404),
        ("GET", file, {"headers": {"Range": "bytes=0-9"}}, "training:file", 404),
        ("POST", f"{foreign}moves/begin/", {}, "training:move", 404),
        ("POST", f"{own}steps/issue/", {"data": {"owner": "1"}}, "training:step", 400),
        ("POST", "/id/training/preferences/", {"data": {"owner": "1"}}, "training:preferences", 400),
        ("GET", f"/id/training/batches/{people.batch.key}/", {}, "training_batches:board", 404),
    ):
        Refusal.objects.all().delete()
        assert getattr(client, method.lower())(address, **more).status_code == status
        assert kept() == [(user, method, route, status, 0)]
    assert counts() == before | {"training.Refusal": 1}


def test_what_is_allowed_or_has_no_route_or_nobody_is_signed_in_leaves_none(people, foreign):
    client = signed_in(people.participant)
    assert client.get(f"/id/training/projects/{people.project.key}/").status_code == 200
    assert client.get("/id/training/no/such/page/").status_code == 404
    assert client.get("/id/catalogue/no-such-record/").status_code == 404
    assert Client().get(foreign).status_code == 302
    assert Client().get("/id/verify/AAAA-BBBB-CCCC-DDDD/").status_code == 404
    assert kept() == []


def test_an_answer_that_is_no_refusal_asks_nothing_of_it(people):
    client = signed_in(people.participant)
    for address in ("/id/training/", f"/id/training/projects/{people.project.key}/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert not [query for query in queries if Refusal._meta.db_table in query["sql"]]


def test_a_script_fills_sixty_rows_an_hour_and_is_counted_on(people, monkeypatch):
    monkeypatch.setattr(refusals, "AN_HOUR", 3)
    for _time in range(5):
        refusals.keep(user_id=people.mentor.pk, method="GET", route="training:project", status=404)
    refusals.keep(user_id=people.coach.pk, method="GET", route="training:project", status=404)
    assert [row[4] for row in kept()] == [0, 0, 2, 0]
    Refusal.objects.update(at=timezone.now() - timedelta(hours=1))
    refusals.keep(user_id=people.mentor.pk, method="GET", route="training:project", status=404)
    assert len(kept()) == 5


def test_a_busy_database_is_told_to_the_log_and_the_answer_stays(people, foreign, caplog, monkeypatch):
    def locked(*_arguments: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(refusals, "_keep", locked)
    with caplog.at_level(logging.WARNING):
        assert signed_in(people.participant).get(foreign).status_code == 404
    assert "A refusal (GET training:project 404) was not kept: DatabaseError" in caplog.text
    assert people.participant.email not in caplog.text


def test_they_are_forgotten_after_half_a_year(people):
    for days in (181, 179):
        Refusal.objects.create(
            user=people.mentor, method="GET", route="training:project", status=404,
            at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    assert refusals.forget_old() == 1
    assert Refusal.objects.count() == 1


def test_a_persons_own_are_exported_and_erased(people, foreign):
    signed_in(people.participant).get(foreign)
    [row] = export_of(people.participant)["training"]["refused"]
    assert (row["request"], row["route"], row["answer"]) == ("GET", "training:project", 404)
    erase(user=people.participant)
    assert not Refusal.objects.exists()


def test_administrators_read_the_list_and_nobody_changes_it(people, foreign, settings):
    settings.STAFF_MFA = "optional"
    ensure_access()
    signed_in(people.participant).get(foreign)
    [row] = Refusal.objects.all()
    reader = signed_in(factories.user("administrator"))
    listed = reader.get("/admin/training/refusal/")
    assert listed.status_code == 200
    assert "training:project" in listed.content.decode()
    assert people.participant.email in listed.content.decode()
    for what in ("create/", f"edit/{row.pk}/", f"delete/{row.pk}/"):
        assert reader.post(f"/admin/training/refusal/{what}").status_code in {302, 403, 404}
    assert list(Refusal.objects.all()) == [row]
    assert signed_in(factories.user("curator")).get("/admin/training/refusal/").status_code in {302, 403, 404}
