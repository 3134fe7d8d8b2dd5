"""Staff are told of papers and mails that don't leave, and can send mails again on purpose."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from catalogue.services.access import ensure_access
from tests import factories
from tests.training.coordinators import signed_in
from tests.training.test_certificates import passed
from training import health
from training.models import Certificate, Document, Notice
from training.services import certificates, documents, mails, notices, unsigned

pytestmark = pytest.mark.django_db
NOTHING = {"ok": True, "no_key": 0, "not_made": 0, "late": 0, "since_seconds": 0}


@pytest.fixture
def no_key(settings, tmp_path):
    """A participant who has passed while there is no key to sign with; how many papers wait."""
    settings.VAR_DIR, settings.DEMO = tmp_path, False
    people = passed()
    assert certificates.issue_waiting() == documents.issue_waiting() == 0
    named = Document.objects.filter(state="waiting").exclude(trouble=Document.NO_NAME)
    people.waiting = Certificate.objects.count() + named.count()
    return people


def staff(role):
    ensure_access()
    client = Client()
    client.force_login(factories.user(role))
    return client


def admin_home(client):
    with translation.override("en"):
        answer = client.get("/admin/")
    assert answer.status_code == 200
    return answer.content.decode()


class TestPapersWithoutAKey:
    def test_the_readiness_check_counts_them(self, no_key, settings):
        found = Client().get("/readyz").json()["signing"]
        assert (found["ok"], found["no_key"], found["not_made"]) == (True, no_key.waiting, 0)
        settings.DEMO = True
        certificates.issue_waiting()
        documents.issue_waiting()
        assert health.signing() == NOTHING

    def test_one_that_nobody_tries_is_late(self, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        passed()
        assert health.signing()["late"] == 0
        Certificate.objects.update(reserved_at=timezone.now() - timedelta(minutes=20))
        assert health.signing()["late"] == 1
        assert health.signing()["since_seconds"] >= 20 * 60

    def test_an_administrator_sees_them_on_the_first_page(self, no_key, settings):
        settings.STAFF_MFA = "optional"
        assert "training-trouble" in admin_home(staff("administrator"))
        assert "training-trouble" not in admin_home(staff("curator"))
        settings.DEMO = True
        certificates.issue_waiting()
        documents.issue_waiting()
        assert "training-trouble" not in admin_home(staff("administrator"))

    def test_the_coordinators_are_told_once_a_day_while_they_wait(self, no_key, settings):
        today = timezone.localdate()
        for _hour in range(3):
            unsigned.tell(today=today)
        told = Notice.objects.filter(kind=Notice.Kind.UNSIGNED)
        assert told.get().user == no_key.coordinator
        unsigned.tell(today=today + timedelta(days=1))
        assert told.count() == 2
        settings.DEMO = True
        certificates.issue_waiting()
        documents.issue_waiting()
        unsigned.tell(today=today + timedelta(days=2))
        assert told.count() == 2
        written = mails.message(told.first())
        assert "menunggu" in written.subject
        assert "kunci" in written.body

    def test_the_page_of_the_person_says_it_in_the_reader_s_language(self, no_key):
        url = f"/training/batches/{no_key.batch.key}/people/{no_key.project.key}/"
        reader = signed_in(no_key.coordinator)
        english, indonesian = (reader.get(f"/{code}{url}").content.decode() for code in ("en", "id"))
        assert "the key to sign with is not there" in english
        assert "kunci untuk menandatangani" in indonesian
        assert "passphrase" not in english + indonesian


class TestMailsAgain:
    @pytest.fixture
    def people(self):
        made = passed()
        Notice.objects.all().delete()
        for cause in ("stuck", "failed", "sent"):
            notices.tell(
                people=[made.participant.pk], project=made.project, kind=Notice.Kind.REVOKED, cause=cause
            )
        for cause, state in (("stuck", "sending"), ("failed", "failed"), ("sent", "sent")):
            Notice.objects.filter(cause=cause).update(mail=state, attempts=8)
        return made

    def states(self):
        return dict(Notice.objects.values_list("cause", "mail"))

    def again(self, *options):
        out = StringIO()
        call_command("mails_again", "--seconds=0", *options, stdout=out)
        return out.getvalue()

    def test_without_an_option_it_only_counts(self, people):
        assert "1 being sent or stuck, 1 refused" in self.again()
        assert self.states() == {"stuck": "sending", "failed": "failed", "sent": "sent"}

    @pytest.mark.parametrize("which", ["stuck", "failed"])
    def test_what_was_asked_for_leaves_with_the_next_turn_and_nothing_else(self, people, which):
        before = self.states()
        self.again(f"--{which}")
        assert self.states() == before | {which: "waiting"}
        mail.outbox.clear()
        assert mails.send_waiting() == len(mail.outbox) == 1
        assert self.states() == before | {which: "sent"}

    def test_one_that_a_living_worker_sends_meanwhile_is_left_alone(self, people):
        key = Notice.objects.get(cause="stuck").pk
        Notice.objects.filter(pk=key).update(mail="sent")
        assert mails.send_again(keys=[key], state="sending") == 0
        assert self.states()["stuck"] == "sent"

    def test_an_administrator_sees_both_on_the_first_page(self, people, settings):
        settings.STAFF_MFA = "optional"
        Notice.objects.update(created_at=timezone.now() - timedelta(hours=1))
        page = admin_home(staff("administrator"))
        assert "mails_again --stuck" in page
        assert "mails_again --failed" in page
