"""People choose how they are told; what they must not miss leaves at once, and a daily mail leaves once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from tests.training.people import Cast, person
from tests.training.scenes import as_user, people, shared_cast, statements
from tests.training.test_mails import server
from training.models import Notice, Preference
from training.services import digests, mails, notices, preferences

__all__ = ["people", "server", "shared_cast"]
Kind, Mail = Notice.Kind, Notice.Mail
URGENT = [kind for kind in Kind if kind not in preferences.GROUPS]


def tell(people: Cast, *kinds: str) -> None:
    for number, kind in enumerate(kinds):
        notices.tell(
            people=[people.mentor.pk], project=people.project, kind=Kind(kind),
            cause=_cause(kind, number), state_code=people.project.state_code,
        )  # fmt: skip


def _cause(kind: str, number: int) -> str:
    """One that was not there; a seminar's names its change."""
    return f"seminar:{uuid.uuid4()}" if kind == Kind.SEMINAR else f"{kind}:{number}:{Notice.objects.count()}"


def choose(people: Cast, how: str, language: str = "both") -> None:
    preferences.save(user=people.mentor, turns=how, reminders=how, papers=how, language=language)


def mails_of(people: Cast) -> list[Any]:
    return [message for message in mail.outbox if message.to == [people.mentor.email]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time where the site is, as the daily mail sees it."""
    zone = timezone.get_current_timezone()
    now = SimpleNamespace(at=datetime(2026, 4, 6, 7, 0, tzinfo=zone))
    monkeypatch.setattr(digests.timezone, "localtime", lambda: now.at)
    return now


@pytest.fixture
def quiet(people: Cast, server: Any) -> Cast:
    """The people, everything they were told until now being mailed."""
    Notice.objects.update(mail=Mail.SENT)
    mail.outbox.clear()
    return people


@pytest.mark.django_db
class TestChoosing:
    def test_without_a_choice_everything_is_mailed_at_once_in_both_languages(self, quiet: Cast):
        tell(quiet, *Kind)
        mails.send_waiting()
        assert len(mails_of(quiet)) == len(Kind)
        assert all("---" in message.body for message in mails_of(quiet) if "undangan" not in message.subject)

    def test_what_must_not_be_missed_is_always_mailed_at_once(self, quiet: Cast):
        for how in ("none", "daily"):
            choose(quiet, how)
            tell(quiet, *Kind)
            mail.outbox.clear()
            mails.send_waiting()
            assert len(mails_of(quiet)) == len(URGENT)
        assert {"invited", "returned", "revoked", "withdrawn", "nameless"} <= set(URGENT)

    def test_none_is_none_and_stands_in_the_workspace(self, quiet: Cast):
        choose(quiet, "none")
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        assert mails_of(quiet) == []
        assert Notice.objects.filter(
            user=quiet.mentor, kind=Kind.MOVED, mail=Mail.NONE, read_at=None
        ).exists()

    @pytest.mark.parametrize(("language", "words"), [("id", "sekarang"), ("en", "is now at")])
    def test_mails_speak_the_language_that_was_chosen(self, quiet: Cast, language: str, words: str):
        choose(quiet, "now", language)
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        [message] = mails_of(quiet)
        assert words in message.body
        assert "---" not in message.body

    def test_others_are_not_concerned(self, quiet: Cast):
        choose(quiet, "none")
        notices.tell(people=[quiet.coach.pk], project=quiet.project, kind=Kind.MOVED, cause="x")
        assert mails.send_waiting() == 1


@pytest.mark.django_db
class TestDailyMail:
    def test_leaves_once_a_day_with_everything(self, quiet: Cast, clock: Any):
        choose(quiet, "daily")
        tell(quiet, Kind.MOVED, Kind.REMINDER, Kind.DOCUMENT)
        assert mails.send_waiting() == 0
        assert [digests.send_due() for _time in range(2)] == [1, 0]
        [message] = mails_of(quiet)
        assert message.subject.startswith("3 ")
        assert message.body.count("/training/projects/") == 6  # three in each language
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        assert digests.send_due() == 0
        clock.at += timedelta(days=1)
        assert [digests.send_due() for _time in range(2)] == [1, 0]
        assert len(mails_of(quiet)) == 2
        assert mails_of(quiet)[0].extra_headers != mails_of(quiet)[1].extra_headers
        assert set(Notice.objects.values_list("mail", flat=True)) == {"sent"}

    def test_not_before_the_morning_and_not_again_when_the_clock_is_put_back(self, quiet: Cast, clock: Any):
        choose(quiet, "daily")
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        clock.at = clock.at.replace(hour=5)
        assert digests.send_due() == 0
        clock.at = clock.at.replace(hour=6)
        assert digests.send_due() == 1
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        clock.at -= timedelta(days=1)
        assert digests.send_due() == 0

    def test_a_server_that_is_away_or_refuses_leaves_it_waiting(self, quiet: Cast, clock: Any, server: Any):
        choose(quiet, "daily")
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        server.away = True
        assert digests.send_due() == 0
        server.away, server.refused = False, {quiet.mentor.email: 450}
        assert digests.send_due() == 0
        server.refused, server.gone_after = {}, 0
        assert digests.send_due() == 0
        server.gone_after = None
        assert digests.send_due() == 1
        assert len(mails_of(quiet)) == 1

    def test_an_address_that_is_refused_for_good_fails(self, quiet: Cast, clock: Any, server: Any):
        choose(quiet, "daily")
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        server.refused = {quiet.mentor.email: 550}
        assert [digests.send_due() for _time in range(2)] == [0, 0]
        assert Notice.objects.filter(mail=Mail.FAILED).count() == 1

    def test_an_account_that_is_off_gets_none(self, quiet: Cast, clock: Any):
        choose(quiet, "daily")
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        quiet.mentor.is_active = False
        quiet.mentor.save()
        assert digests.send_due() == 0
        assert not Notice.objects.filter(mail=Mail.DIGEST).exists()

    def test_it_names_nobody_but_its_reader(self, quiet: Cast, clock: Any):
        choose(quiet, "daily")
        tell(quiet, Kind.MOVED)
        mails.send_waiting()
        digests.send_due()
        [message] = mails_of(quiet)
        assert quiet.participant.email not in message.body


@pytest.mark.django_db
class TestPages:
    PATH = "/id/training/preferences/"

    def test_a_choice_is_kept(self, people: Cast):
        client = as_user(people.mentor)
        assert client.get(self.PATH).status_code == 200
        sent = {"turns": "daily", "reminders": "none", "papers": "now", "language": "en"}
        assert client.post(self.PATH, sent).headers["Location"] == self.PATH
        found = Preference.objects.get(user=people.mentor)
        assert [found.turns, found.reminders, found.papers, found.language] == list(sent.values())
        assert client.get(self.PATH).content.decode().count("selected") == 4

    def test_something_else_is_refused_with_the_field_named(self, people: Cast):
        client = as_user(people.mentor)
        sent = {"turns": "often", "reminders": "none", "papers": "now", "language": "en"}
        answer = client.post(self.PATH, sent)
        assert answer.status_code == 422
        assert 'id="id_turns_error"' in answer.content.decode()
        assert not Preference.objects.exists()

    def test_the_owner_can_not_be_changed(self, people: Cast):
        choose(people, "none")
        sent = dict.fromkeys(("turns", "reminders", "papers"), "now") | {"language": "id"}
        client = as_user(people.coach)
        for extra in ("user", "digested_on", "calendar_token"):
            assert client.post(self.PATH, sent | {extra: people.mentor.pk}).status_code == 400
        assert Preference.objects.get(user=people.mentor).turns == "none"
        assert not Preference.objects.filter(user=people.coach).exists()

    def test_nobody_else_has_pages(self, client: Any):
        for path in (self.PATH, "/id/training/notices/"):
            assert client.get(path).status_code == 302
        assert client.post("/id/training/preferences/calendar/").status_code == 302

    def test_notices_are_paged_counted_and_marked(self, people: Cast):
        tell(people, *[Kind.MOVED] * 65)
        client = as_user(people.mentor)
        unread = Notice.objects.filter(user=people.mentor, read_at=None).count()
        page = client.get("/en/training/notices/?page=2").content.decode()
        assert f"{unread} are not read" in page
        assert 'rel="next"' in page
        assert f"({unread} not read)" in client.get("/en/training/").content.decode()
        one = Notice.objects.filter(user=people.mentor).first()
        answer = client.post("/en/training/notices/", {"notice": str(one.pk), "page": "2"})
        assert answer.headers["Location"] == "/en/training/notices/?page=2"
        assert Notice.objects.filter(user=people.mentor, read_at=None).count() == unread - 1
        client.post("/en/training/notices/", {"page": "1"})
        assert not Notice.objects.filter(user=people.mentor, read_at=None).exists()

    def test_foreign_and_malformed_notices_are_not_marked(self, people: Cast):
        tell(people, Kind.MOVED)
        foreign = Notice.objects.filter(user=people.mentor).first()
        client = as_user(person("lain"))
        assert client.post("/id/training/notices/", {"notice": str(foreign.pk)}).status_code == 302
        assert client.post("/id/training/notices/", {"notice": "x"}).status_code == 400
        assert client.post("/id/training/notices/", {"page": "-1"}).status_code == 400
        foreign.refresh_from_db()
        assert foreign.read_at is None

    def test_the_page_asks_the_same_number_of_queries_at_any_length(self, people: Cast):
        client = as_user(people.mentor)
        tell(people, Kind.MOVED)
        few = statements(client, "/id/training/notices/")
        tell(people, *[Kind.MOVED] * 40)
        assert statements(client, "/id/training/notices/") == few <= 20
