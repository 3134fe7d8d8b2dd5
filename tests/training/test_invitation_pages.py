"""An invitation's page for each who may open it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.pages import text_of
from tests.training.people import batch, person
from tests.training.scenes import as_user, people, shared_cast
from training.models import Assignment, Invitation, Notice
from training.services import invitations, mails
from training.services.enrolment import Person, enrol

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(people) -> Invitation:
    """A mentor with an account is asked."""
    made = people.project.invitations.get(role="mentor")
    Invitation.objects.filter(pk=made.pk).update(accepted_at=None)
    Assignment.objects.filter(user=people.mentor).update(accepted_at=None)
    made.refresh_from_db()
    return made


def path(invitation: Invitation) -> str:
    return f"/id/training/invitations/{invitation.key}/"


def test_who_was_asked_accepts_and_again_changes_nothing(people, invitation):
    client = as_user(people.mentor)
    assert client.get(f"/id/training/projects/{people.project.key}/").status_code == 404
    page = client.get(path(invitation))
    assert "Anda diundang untuk ikut sebagai mentor" in text_of(page)
    assert "BPSDM Contoh" in text_of(page)
    for _ in range(2):
        answer = client.post(path(invitation))
        assert answer["Location"] == f"/id/training/projects/{people.project.key}/"
        assert client.get(answer["Location"]).status_code == 200
        invitation.refresh_from_db()
    assert "Anda menerimanya pada" in text_of(client.get(path(invitation)))


def test_others_are_told_that_it_does_not_exist(people, invitation):
    client = as_user(people.coach)
    for method in ("get", "head", "post"):
        found = getattr(client, method)(path(invitation))
        missing = getattr(client, method)(f"/id/training/invitations/{uuid.uuid4()}/")
        assert (found.status_code, found.content) == (missing.status_code, missing.content)
        assert found.status_code == 404
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_who_has_a_password_signs_in_first(invitation):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path(invitation))
        assert answer["Location"].startswith("/accounts/login/?next=")
        assert path(invitation) in unquote(answer["Location"])


def test_after_thirty_days_it_says_so(people, invitation):
    Invitation.objects.filter(pk=invitation.pk).update(created_at=timezone.now() - timedelta(days=31))
    answer = as_user(people.mentor).get(path(invitation))
    assert answer.status_code == 410
    assert "Undangan ini sudah berakhir" in text_of(answer)
    assert as_user(people.mentor).post(path(invitation)).status_code == 410


def test_who_was_replaced_is_told_so(people, invitation):
    Assignment.objects.filter(user=people.mentor).update(until=timezone.now())
    assert as_user(people.mentor).get(path(invitation)).status_code == 410


def test_who_is_replaced_while_answering_is_told_so(people, invitation, monkeypatch):
    """The part goes to somebody else between the look at the invitation and the yes."""
    look = invitations.is_open

    def and_then_replaced(found: Invitation) -> bool:
        was_open = look(found)
        Assignment.objects.filter(user=people.mentor).update(until=timezone.now())
        return was_open

    monkeypatch.setattr(invitations, "is_open", and_then_replaced)
    answer = as_user(people.mentor).post(path(invitation))
    assert answer.status_code == 410
    assert "Undangan ini sudah berakhir" in text_of(answer)


def test_enrolled_again_after_the_link_was_over_everybody_is_asked_again(people):
    asked = people.project.invitations
    asked.filter(role__in=["participant", "coach"]).update(accepted_at=None)
    Assignment.objects.filter(user=people.coach).update(accepted_at=None)
    before = {one.role: one.key for one in asked.all()}

    def once_more() -> dict[str, uuid.UUID]:
        names = ("participant", "mentor", "coach")
        enrol(
            batch=people.batch,
            agency_id=None,
            by=people.coordinator,
            **{name: Person(people.of(name).email) for name in names},
        )
        return {one.role: one.key for one in asked.all()}

    assert once_more() == before, "nothing was over"
    asked.update(created_at=timezone.now() - timedelta(days=31))
    after = once_more()
    assert {role for role, key in after.items() if key != before[role]} == {"participant", "coach"}
    assert as_user(people.coach).get(path(asked.get(role="coach"))).status_code == 200
    told = Notice.objects.filter(kind="invited", cause=f"invitation:{after['coach']}")
    assert [(one.user, one.mail) for one in told] == [(people.coach, "waiting")]
    assert once_more() == after


def test_a_new_account_sets_its_first_password_and_comes_back(people):
    enrolled = enrol(
        batch=batch(coordinator=people.coordinator),
        participant=Person("baru@dinas.go.id", "Siti Baru"),
        mentor=Person(person("m").email),
        coach=Person(person("c").email),
        agency_id=None,
        by=people.coordinator,
    ).project
    invitation = enrolled.invitations.get(user=enrolled.owner)
    client = Client()
    assert "Buat kata sandi" in text_of(client.get(path(invitation)))
    assert not EmailAddress.objects.filter(email="baru@dinas.go.id").exists(), "looking proves nothing"
    answer = client.post(path(invitation))
    form = client.get(answer["Location"], follow=True)
    assert EmailAddress.objects.get(email="baru@dinas.go.id").verified
    at = form.redirect_chain[-1][0]
    done = client.post(at, {"password1": "kata-sandi-yang-panjang", "password2": "kata-sandi-yang-panjang"})
    assert done["Location"] == path(invitation)
    to_sign_in = client.get(done["Location"])["Location"]
    back = client.post(to_sign_in, {"login": "baru@dinas.go.id", "password": "kata-sandi-yang-panjang"})
    assert back["Location"] == path(invitation)
    assert client.post(path(invitation))["Location"] == f"/id/training/projects/{enrolled.key}/"
    assert Client().post(path(invitation))["Location"].startswith("/accounts/login/")


def test_who_reads_english_chooses_the_password_in_english(people, invitation):
    User.objects.filter(pk=people.mentor.pk).update(password="!")
    client = Client()
    answer = client.post(f"/en/training/invitations/{invitation.key}/")
    form = client.get(answer["Location"], follow=True)
    assert form.status_code == 200
    assert form.headers["Content-Language"] == "en"
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


def test_the_mails_say_what_happened_in_both_languages_and_lead_there(people):
    people.answer_all()
    people.walk_to("design-review")
    people.move("return-design", note="Rahasia")
    assert mails.send_waiting() > 0
    invited = next(one for one in mail.outbox if one.subject == "Undangan ikut serta dalam proyek pelatihan")
    key = Invitation.objects.get(user__email=invited.to[0]).key
    assert f"/id/training/invitations/{key}/" in invited.body
    assert f"/en/training/invitations/{key}/" in invited.body
    returned = next(one for one in mail.outbox if "dikembalikan" in one.subject)
    assert returned.to == [people.participant.email]
    for words in (
        "Revisi rancangan",
        "Revising the design",
        f"/id/training/projects/{people.project.key}/",
        "\n\n---\n\n",
    ):
        assert words in returned.body
    assert "Rahasia" not in returned.body
    assert not Notice.objects.filter(mail="waiting").exists()


def test_a_link_sent_to_another_address_proves_nothing(people):
    """The coordinator mistyped the address, and an administrator corrected the account's."""
    project = enrol(
        batch=people.batch,
        participant=Person("salah@contoh.example"),
        mentor=Person("m@dinas.go.id"),
        coach=Person("c@dinas.go.id"),
        agency_id=None,
        by=people.coordinator,
    ).project
    invitation = project.invitations.get(role="participant")
    User.objects.filter(pk=project.owner_id).update(email="benar@dinas.go.id")
    answer = Client().post(path(invitation))
    assert "/accounts/password/reset/key/" not in answer.headers.get("Location", "")
    assert not EmailAddress.objects.filter(email="benar@dinas.go.id").exists()
