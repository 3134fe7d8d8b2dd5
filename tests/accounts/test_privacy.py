"""A person's data is theirs: seen by them, given to them, erased for them, and sealed meanwhile."""

from __future__ import annotations

import contextlib
import json
import re
import time

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts import nip, privacy
from accounts.models import User
from accounts.roles import Role
from accounts.views import NIP_TRIES
from tests import factories
from tests.signin import staff_client
from tests.training.people import cast

pytestmark = pytest.mark.django_db

NUMBER = "198705122010012003"
CANARY = "burungkenari"


def signed_in(user: User) -> Client:
    """Somebody who gave their password a moment ago."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "email": user.email}
    ]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    return client


def everything_stored() -> str:
    """Every value of every table, as one text."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            found += [str(row) for row in model._base_manager.values_list()]
    return "\n".join(found)


class TestNip:
    @pytest.mark.parametrize("text", [NUMBER, "19870512 201001 2 003", " 198705122010012003 "])
    def test_is_read_as_people_write_it(self, text):
        assert nip.read(text) == NUMBER

    @pytest.mark.parametrize(
        "text",
        ["", "1987", "198713122010012003", "198705122010132003", "198705122010013003", "x" * 18, "۱" * 18],
    )
    def test_other_numbers_are_refused_with_the_remedy(self, text):
        with pytest.raises(ValidationError, match="18"):
            nip.read(text)

    @given(st.text(max_size=40))
    def test_anything_else_is_an_error_and_nothing_worse(self, text):
        with contextlib.suppress(ValidationError):
            assert re.fullmatch(r"\d{18}", nip.read(text))

    def test_is_nowhere_in_the_database_in_the_clear(self):
        user = factories.user()
        nip.keep(user=user, nip=NUMBER)
        assert NUMBER not in everything_stored()
        assert nip.of(user) == NUMBER
        assert nip.owner_of(NUMBER) == user

    def test_a_key_that_was_replaced_still_opens(self, settings):
        user = factories.user()
        nip.keep(user=user, nip=NUMBER)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
        assert nip.of(user) == NUMBER
        assert nip.owner_of(NUMBER) == user
        settings.SECRET_KEY_FALLBACKS = []
        assert nip.of(user) == ""

    def test_two_accounts_never_share_one(self):
        nip.keep(user=factories.user(), nip=NUMBER)
        with pytest.raises(ValidationError, match="akun lain"):
            nip.keep(user=factories.user(), nip=NUMBER)


class TestPage:
    def test_asks_to_sign_in(self, client):
        for path in ("/accounts/data/", "/accounts/data/erase/"):
            assert client.get(path).headers["Location"].startswith("/accounts/login/")

    def test_keeps_the_nip_and_shows_it(self):
        client = signed_in(factories.user())
        assert client.post("/accounts/data/", {"nip": NUMBER}).status_code == 302
        assert NUMBER in client.get("/accounts/data/").content.decode()

    def test_a_wrong_nip_comes_back_with_an_error_at_the_field(self):
        client = signed_in(factories.user())
        answer = client.post("/accounts/data/", {"nip": "123"})
        assert answer.status_code == 400
        assert 'value="123"' in answer.content.decode()
        assert 'aria-describedby="nip_help nip_error"' in answer.content.decode()

    def test_an_empty_field_takes_the_nip_back(self):
        user = factories.user()
        nip.keep(user=user, nip=NUMBER)
        answer = signed_in(user).post("/accounts/data/", {"nip": "  "}, follow=True)
        assert "NIP Anda dihapus." in answer.content.decode()
        assert not nip.of(user)
        assert nip.owner_of(NUMBER) is None

    def test_taking_it_back_is_no_try(self):
        client = signed_in(factories.user())
        for _time in range(NIP_TRIES + 1):
            client.post("/accounts/data/", {"nip": "123"})
        assert client.post("/accounts/data/", {"nip": ""}).status_code == 302

    def test_the_file_holds_what_there_is(self):
        people = cast()
        people.answer_all()
        nip.keep(user=people.participant, nip=NUMBER)
        answer = signed_in(people.participant).post("/accounts/data/download/")
        found = json.loads(answer.content)
        assert found["account"]["nip"] == NUMBER
        assert found["account"]["email"] == people.participant.email
        assert found["training"]["projects"][0]["title"] == "Antrean daring untuk ibu hamil"
        assert answer.headers["Cache-Control"] == "private, no-store"


class TestErasing:
    def test_leaves_no_trace_in_any_table(self):
        people = cast()
        people.answer_all()
        people.walk_to("design-review")
        person = people.participant
        person.first_name, person.last_name = CANARY, "Lestari"
        person.email = f"{CANARY}@dinas.go.id"
        person.save()
        project = people.fresh()
        project.answers["causes"] = f"Disampaikan {CANARY} kepada kami"
        project.save()
        people.project.revisions.update(answers=project.answers)
        nip.keep(user=person, nip=NUMBER)
        client = signed_in(person)
        assert CANARY in everything_stored()
        assert client.post("/accounts/data/erase/").status_code == 302
        assert CANARY not in everything_stored()
        person.refresh_from_db()
        assert not person.is_active
        assert people.fresh().events.count() > 3
        assert client.get("/accounts/data/").status_code == 302

    def test_again_changes_nothing(self):
        user = factories.user()
        privacy.erase(user=user)
        privacy.erase(user=user)
        assert user.email == f"erased-{user.pk}@erased.invalid"

    def test_who_has_a_role_gives_it_back_first(self):
        client = staff_client(Role.CURATOR)
        answer = client.post("/accounts/data/erase/")
        assert answer.status_code in {302, 409}
        assert User.objects.filter(email="curator@tests.example", is_active=True).exists()

    def test_by_command(self, capsys):
        user = factories.user(email="warga@contoh.go.id")
        call_command("person_data", "warga@contoh.go.id")
        assert json.loads(capsys.readouterr().out)["account"]["email"] == "warga@contoh.go.id"
        call_command("person_data", "warga@contoh.go.id", "--erase")
        user.refresh_from_db()
        assert user.email.endswith("@erased.invalid")
        with pytest.raises(CommandError):
            call_command("person_data", "warga@contoh.go.id")


def test_the_connection_is_the_one_under_test():
    """``everything_stored`` would prove nothing on an empty database."""
    assert connection.introspection.table_names()
    assert len(everything_stored()) > 1000
