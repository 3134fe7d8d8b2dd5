"""A copy of the database opens nobody's calendar: its secrets are sealed, and found by a keyed digest."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.training.people import person
from tests.training.scenes import as_user
from training.models import Preference
from training.services import preferences

pytestmark = pytest.mark.django_db


def stored(user) -> str:
    """Everything the table holds of the person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM training_preference WHERE user_id = %s", [user.pk])
        return str(cursor.fetchall())


def path(token: str) -> str:
    return f"/id/training/calendar/{token}.ics"


def test_no_column_holds_the_secret_and_its_owner_reads_it_again():
    user = person("budi")
    token = preferences.renew_calendar(user=user)
    assert token not in stored(user)
    assert preferences.calendar_owner(token) == user
    assert path(token) in as_user(user).get("/id/training/preferences/").content.decode()
    row = Preference.objects.get(user=user)
    for kept in (row.calendar_digest, row.calendar_sealed):
        assert Client().get(path(kept)).status_code == 404


def test_under_another_secret_key_nothing_opens_but_a_replaced_one_still_does(settings):
    user = person("budi")
    token = preferences.renew_calendar(user=user)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [old]
    assert preferences.calendar_owner(token) == user
    assert Preference.objects.get(user=user).calendar_token == token
    settings.SECRET_KEY_FALLBACKS = []
    assert preferences.calendar_owner(token) is None
    assert Preference.objects.get(user=user).calendar_token is None
    assert as_user(user).get("/id/training/preferences/").status_code == 200


def test_addresses_from_before_go_on():
    """What the migration does to a row that has its secret in plain text."""
    user = person("budi")
    Preference.objects.create(user=user)
    migration = import_module("training.migrations.0009_calendar_secret")

    class Old:
        """The rows as the migration meets them."""

        rows = (SimpleNamespace(pk=Preference.objects.get(user=user).pk, calendar_token="lama" * 11),)

        @staticmethod
        def exclude(**_named):
            return SimpleNamespace(iterator=lambda: iter(Old.rows))

        filter = staticmethod(Preference.objects.filter)

    states = SimpleNamespace(get_model=lambda *_names: SimpleNamespace(objects=Old))
    migration.seal_secrets(states, None)
    assert apps.is_installed("training")
    assert preferences.calendar_owner("lama" * 11) == user
    assert Preference.objects.get(user=user).calendar_token == "lama" * 11
