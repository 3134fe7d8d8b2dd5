"""The one door: signing in, out and up, and Wagtail's own doors, which lead here."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role, roles_of
from tests import factories
from tests.factories import PASSWORD
from tests.signin import sign_in

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,hi",
    "\t//evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "http://localhost/",  # an allowed host, yet another one
]


def message(html: str) -> list[str]:
    """What the page says went wrong."""
    return re.findall(r'<ul class="errorlist[^>]*>.*?</ul>', html, re.DOTALL)


def test_a_person_without_a_role_lands_on_the_site_and_staff_in_the_admin(log_in) -> None:
    visitor, curator = factories.user(), factories.user(Role.CURATOR)
    confirm(visitor)
    assert log_in(visitor.email)["Location"] == "/id/training/"
    assert (
        Client().post("/accounts/login/", {"login": curator.email, "password": PASSWORD})["Location"]
        == "/admin/"
    )


def confirm(person: User) -> None:
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)


def test_next_on_this_host_is_kept(log_in) -> None:
    curator = factories.user(Role.CURATOR)
    assert log_in(curator.email, next="/id/?q=air")["Location"] == "/id/?q=air"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_never_leads_elsewhere(client: Client, log_in, target: str) -> None:
    curator = factories.user(Role.CURATOR)
    assert urlsplit(log_in(curator.email, next=target)["Location"]).path == "/admin/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"
    closed = client.get("/admin/login/", {"next": target})["Location"]
    assert parse_qs(urlsplit(closed).query) == {"next": ["/admin/"]}


def test_wrong_password_and_unknown_address_look_and_cost_the_same(client, log_in, monkeypatch) -> None:
    person = factories.user(Role.CURATOR)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append("") or encode(*args))
    pages, costs = [], []
    for email in (person.email, "nobody@example.go.id"):
        hashed.clear()
        answer = log_in(email, "wrong-password-entirely")
        assert answer.status_code == 200
        pages.append(message(answer.content.decode()))
        costs.append(len(hashed))
    assert pages[0] == pages[1] != []
    assert costs == [1, 1]


def test_an_account_that_is_off_can_not_sign_in(client: Client, log_in) -> None:
    person = factories.user(Role.CURATOR)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert log_in(person.email)["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_an_account_that_is_switched_off_is_out_at_the_next_request(client: Client) -> None:
    person = factories.user(Role.CURATOR)
    sign_in(client, person)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


def test_a_role_that_is_taken_is_gone_at_the_next_request(client: Client) -> None:
    person = factories.user(Role.CURATOR)
    sign_in(client, person)
    person.groups.clear()
    answer = client.get("/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/admin/")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/admin/login/?next=/admin/pages/",
        "/id/_util/login/",
        "/en/_util/login/?next=/admin/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_sign_in_is_closed(client: Client, path: str, method: str) -> None:
    person = factories.user(Role.CURATOR)
    answer = getattr(client, method)(
        path, {"username": person.email, "password": PASSWORD} if method == "post" else None
    )
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_a_private_page_asks_at_the_one_sign_in(client: Client) -> None:
    section = factories.section(private=True)
    answer = client.get(section.url)
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == "/accounts/login/"
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [section.url]}


def test_wagtails_sign_in_keeps_where_one_wanted_to_go(client: Client) -> None:
    answer = client.get("/admin/login/", {"next": "/admin/pages/3/?p=2"})
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": ["/admin/pages/3/?p=2"]}
    assert reverse("wagtailadmin_login") == "/admin/login/"


@pytest.mark.parametrize("rest", ["", "done/", "confirm/MQ/set-password/", "complete/", "anything/else"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_password_reset_is_closed(client: Client, rest: str, method: str) -> None:
    person = factories.user(Role.CURATOR)
    answer = getattr(client, method)(f"/admin/password_reset/{rest}", {"email": person.email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/")
    assert mail.outbox == []


def test_the_admins_button_signs_out_and_a_link_asks_first(client: Client) -> None:
    sign_in(client, factories.user(Role.CURATOR))
    assert client.get("/admin/logout/")["Location"] == "/accounts/logout/"
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_the_form(client: Client) -> None:
    sign_in(client, factories.user(Role.CURATOR))
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def sign_up(client: Client, email: str):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def test_signing_up_gives_an_account_without_any_role_that_waits_for_its_address(
    client: Client, log_in
) -> None:
    answer = sign_up(client, "Warga@example.go.id")
    person = User.objects.get(email="warga@example.go.id")
    assert answer["Location"] == "/accounts/confirm-email/"
    assert roles_of(person) == frozenset()
    assert not person.is_staff
    assert not person.is_superuser
    assert log_in(person.email)["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session


def test_the_link_in_the_mail_confirms_the_address(client: Client, log_in) -> None:
    sign_up(client, "warga@example.go.id")
    (letter,) = mail.outbox
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.body)
    assert link, letter.body
    assert client.get(link[1]).status_code == 200
    assert client.post(link[1]).status_code == 302
    assert log_in("warga@example.go.id")["Location"] == "/id/training/"
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


def test_signing_up_does_not_tell_who_has_an_account(client: Client) -> None:
    factories.user(email="ada@example.go.id")
    answers = [sign_up(Client(), email) for email in ("ada@example.go.id", "belum@example.go.id")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/accounts/confirm-email/")
    ] * 2
    pages = [Client().get(answer["Location"]).content for answer in answers]
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2


def test_asking_for_a_new_password_does_not_tell_who_has_an_account() -> None:
    factories.user(email="ada@example.go.id")
    answers = [
        Client().post("/accounts/password/reset/", {"email": email})
        for email in ("ada@example.go.id", "belum@example.go.id")
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/accounts/password/reset/done/")
    ] * 2
    assert [letter.to for letter in mail.outbox] == [["ada@example.go.id"], ["belum@example.go.id"]]


def test_somebody_made_in_the_admin_sets_a_password_by_the_reset_mail(client: Client, log_in) -> None:
    sign_in(client, factories.user(Role.ADMINISTRATOR))
    new = {"email": "baru@example.go.id", "first_name": "Ni", "last_name": "Baru", "groups": []}
    assert client.post("/admin/users/new/", new).status_code == 302
    visitor = Client()
    visitor.post("/accounts/password/reset/", {"email": "baru@example.go.id"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    assert link, mail.outbox[-1].body
    form = visitor.get(link[1])
    answer = visitor.post(form["Location"], {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    assert (
        visitor.post("/accounts/login/", {"login": new["email"], "password": PASSWORD})["Location"]
        == "/id/training/"
    )


@pytest.mark.parametrize(
    ("password", "refused"),
    [("pendek-11ch", True), ("x" * 129, True), ("password1234", True), ("y7" * 64, False)],
)
def test_passwords(client: Client, password: str, refused: bool) -> None:
    data = {"email": "warga@example.go.id", "password1": password, "password2": password}
    answer = client.post("/accounts/signup/", data)
    assert (answer.status_code == 200) is refused
    assert User.objects.filter(email="warga@example.go.id").exists() is not refused


def test_a_mail_server_that_is_away_is_said_and_nothing_breaks(client: Client, monkeypatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    pages = []
    for email in (factories.user().email, "nobody@example.go.id"):
        answer = client.post("/accounts/password/reset/", {"email": email}, follow=True)
        assert answer.status_code == 200
        pages.append([str(item) for item in answer.context["messages"]])
    assert pages[0] == pages[1] != []
