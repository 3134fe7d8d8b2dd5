"""Three accounts to try the catalogue with."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.roles import Role, roles_of
from catalogue.models import AgencyMembership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def passwords(settings, tmp_path: Path) -> Path:
    factories.baseline()
    settings.VAR_DIR = tmp_path
    return tmp_path / "demo-accounts.txt"


def run(capsys: pytest.CaptureFixture[str], *options: str) -> list[list[str]]:
    call_command("demo_accounts", *options)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_each_role_gets_an_account_that_signs_in(passwords, capsys, settings) -> None:
    settings.STAFF_MFA = "optional"
    lines = run(capsys)
    assert [role for role, _email, _password in lines] == ["administrator", "curator", "agency-editor"]
    for role, email, password in lines:
        client = Client()
        answer = client.post("/accounts/login/", {"login": email, "password": password})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        assert client.get("/admin/").status_code == 200
        assert roles_of(User.objects.get(email=email)) == {Role(role)}


def test_the_agency_editor_writes_for_banyuwangi(passwords, capsys) -> None:
    run(capsys)
    membership = AgencyMembership.objects.get(user__email="editor@demo.example")
    assert membership.agency.code == "gov-35.10"


def test_passwords_are_kept_for_the_owner_alone_and_printed_once(passwords, capsys) -> None:
    lines = run(capsys)
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert [line.split() for line in passwords.read_text().splitlines()] == lines
    before = passwords.read_text(), list(User.objects.order_by("pk").values_list("password", flat=True))
    assert run(capsys) == []
    assert (
        passwords.read_text(),
        list(User.objects.order_by("pk").values_list("password", flat=True)),
    ) == before


def test_passwords_are_random(passwords, capsys) -> None:
    first = run(capsys)
    second = run(capsys, "--new-passwords")
    found = {line[2] for line in [*first, *second]}
    assert len(found) == 6
    assert min(map(len, found)) >= 20


def test_a_lost_file_gives_new_passwords(passwords, capsys) -> None:
    first = run(capsys)
    passwords.unlink()
    second = run(capsys)
    assert len(second) == 3
    assert {line[2] for line in first}.isdisjoint({line[2] for line in second})


def test_only_in_the_demo_profile(settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo profile"):
        call_command("demo_accounts")
    assert not User.objects.exists()
