"""The NIP of a participant is shown to whoever coordinates their batch, and each time is kept."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from accounts import nip
from tests.training.coordinators import address, signed_in
from tests.training.people import Cast, cast
from tests.training.worlds import ORACLE, ROLES, Refused, make_world
from training.models import Assignment, Batch, Event, Holder, Invitation

pytestmark = pytest.mark.django_db
NUMBER = "198705122010012003"


def ask(people: Cast, client: Client, batch: Batch | None = None, key: uuid.UUID | None = None) -> Any:
    where = address("show-nip", batch or people.batch, project=key or people.project.key)
    return client.post(where)


def with_nip() -> Cast:
    people = cast()
    nip.keep(user=people.participant, nip=NUMBER)
    return people


def test_it_is_shown_on_the_answer_alone_and_each_time_is_kept(caplog):
    people = with_nip()
    client = signed_in(people.coordinator)
    page = client.get(address("person", people.batch, project=people.project.key)).content.decode()
    assert NUMBER not in page
    assert address("show-nip", people.batch, project=people.project.key) in page
    with caplog.at_level(logging.DEBUG):
        for time in (1, 2):
            answer = ask(people, client)
            assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
            assert NUMBER in answer.content.decode()
            assert Event.objects.filter(code="show-nip", actor=people.coordinator).count() == time
    assert NUMBER not in caplog.text
    assert NUMBER not in str(list(Event.objects.values_list()))
    own = signed_in(people.participant).get(f"/id/training/projects/{people.project.key}/")
    assert "NIP ditampilkan kepada penyelenggara" in own.content.decode()


def test_who_gave_none_has_none_to_show():
    people = cast()
    answer = ask(people, signed_in(people.coordinator))
    assert answer.status_code == 200
    assert "belum mengisi NIP" in answer.content.decode()


def test_not_by_a_mere_link():
    people = with_nip()
    where = address("show-nip", people.batch, project=people.project.key)
    assert signed_in(people.coordinator).get(where).status_code == 405
    assert not Event.objects.filter(code="show-nip").exists()


def test_not_of_somebody_who_has_not_accepted_nor_of_another_batch():
    people, other = with_nip(), with_another()
    client = signed_in(people.coordinator)
    missing = ask(people, client, key=uuid.uuid4())
    Invitation.objects.filter(project=people.project, role=Holder.PARTICIPANT).update(accepted_at=None)
    for answer in (
        ask(people, client),
        ask(people, client, key=other.project.key),
        ask(people, client, batch=other.batch, key=other.project.key),
    ):
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert not Event.objects.filter(code="show-nip").exists()


def with_another() -> Cast:
    people = cast()
    nip.keep(user=people.participant, nip="199001152015031002")
    return people


def test_nobody_asks_about_themselves():
    people = with_nip()
    people.batch.coordinators.add(people.participant)
    assert ask(people, signed_in(people.participant)).status_code == 404


def test_every_role(settings):
    settings.STAFF_MFA = "optional"
    world = make_world("latsar-2021")
    nip.keep(user=world.people["participant"], nip=NUMBER)
    wrong = []
    for role in ROLES:
        client, user = Client(), world.people[role]
        if not isinstance(user, AnonymousUser):
            client.force_login(user)
        try:
            with transaction.atomic():
                if role == "invited-mentor":
                    Assignment.objects.filter(user=user, role=Holder.MENTOR).update(accepted_at=None)
                answer = ask(world.cast, client)
                raise Refused
        except Refused:
            pass
        signed_out = role in ("anonymous", "inactive")
        right = 200 if role in ORACLE["nip"] else 302 if signed_out else 404
        if answer.status_code != right or (NUMBER in answer.content.decode()) != (role in ORACLE["nip"]):
            wrong.append((role, answer.status_code))
    assert wrong == []
