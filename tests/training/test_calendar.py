"""The calendar of due dates opens by its secret alone, and the secret stands in no log."""

from __future__ import annotations

import io
import logging
import logging.config
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.training.people import Cast, cast
from tests.training.scenes import as_user, people, shared_cast
from training.models import Preference, Project
from training.services import preferences
from training.views import calendar

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db


def path(token: str, language: str = "id") -> str:
    return f"/{language}/training/calendar/{token}.ics"


def events(response: Any) -> list[Any]:
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


@pytest.fixture
def due(people: Cast) -> Cast:
    """The mentor has something to do by tomorrow."""
    Project.objects.filter(pk=people.project.pk).update(
        state_code="design-approval",
        title="Antrean; daring, untuk\nibu hamil 🇮🇩",
        due_on=timezone.localdate() + timedelta(1),
    )
    return people


class TestContent:
    def test_own_due_dates_as_whole_days_and_nobody_is_named(self, due: Cast, client: Client):
        token = preferences.renew_calendar(user=due.mentor)
        response = client.get(path(token))
        [event] = events(response)
        assert event["DTSTART"].dt == timezone.localdate() + timedelta(1)
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(1)
        assert str(event["SUMMARY"]) == "Persetujuan mentor: Antrean; daring, untuk\nibu hamil 🇮🇩"
        assert str(event["URL"]).endswith(f"/id/training/projects/{due.project.key}/")
        text = response.content.decode()
        for other in (due.participant, due.coach, due.coordinator, due.mentor):
            assert other.email not in text
        assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
        assert events(client.get(path(token, "en")))[0]["SUMMARY"].startswith("Mentor's approval")

    def test_the_same_task_stays_the_same_entry_when_its_day_moves(self, due: Cast, client: Client):
        token = preferences.renew_calendar(user=due.mentor)
        before = events(client.get(path(token)))[0]["UID"]
        Project.objects.filter(pk=due.project.pk).update(due_on=timezone.localdate() + timedelta(9))
        assert events(client.get(path(token)))[0]["UID"] == before

    def test_others_tasks_are_not_in_it(self, due: Cast, client: Client):
        for user in (due.participant, due.coach, cast().mentor):
            assert events(client.get(path(preferences.renew_calendar(user=user)))) == []


class TestSecret:
    def test_is_made_renewed_and_closed_on_the_preferences_page(self, due: Cast, client: Client):
        signed_in = as_user(due.mentor)
        preferences.save(user=due.mentor, turns="none", reminders="now", papers="now", language="id")
        tokens = []
        for _time in range(2):
            assert signed_in.post("/id/training/preferences/calendar/", {"do": "renew"}).status_code == 302
            token = Preference.objects.get(user=due.mentor).calendar_token
            assert token
            assert path(token) in signed_in.get("/id/training/preferences/").content.decode()
            tokens.append(token)
        assert len(set(tokens)) == 2
        assert all(len(token) >= 43 for token in tokens)
        assert client.get(path(tokens[0])).status_code == 404
        assert client.get(path(tokens[1])).status_code == 200
        signed_in.post("/id/training/preferences/calendar/", {"do": "close"})
        assert client.get(path(tokens[1])).status_code == 404
        assert Preference.objects.get(user=due.mentor).turns == "none"

    def test_opens_nothing_for_an_account_that_is_off_or_erased(self, due: Cast, client: Client):
        token = preferences.renew_calendar(user=due.mentor)
        due.mentor.is_active = False
        due.mentor.save()
        assert client.get(path(token)).status_code == 404

    @pytest.mark.parametrize("token", ["None", "x", "a" * 500, "%20", "-"])
    def test_a_guess_is_like_any_missing_page(self, client: Client, people: Cast, token: str):
        assert client.get(path(token)).status_code == 404

    def test_is_kept_by_no_shared_cache_and_needs_no_session(self, due: Cast, client: Client):
        answer = client.get(path(preferences.renew_calendar(user=due.mentor)))
        assert "no-store" in answer.headers["Cache-Control"]
        assert not answer.cookies
        assert client.post(path("x")).status_code == 405

    def test_whoever_comes_too_often_waits(self, due: Cast, client: Client, monkeypatch):
        monkeypatch.setattr(calendar, "LIMIT_OF_ONE", 3)
        token = preferences.renew_calendar(user=due.mentor)
        codes = [client.get(path(token)).status_code for _time in range(4)]
        assert codes == [200, 200, 200, 429]
        monkeypatch.setattr(calendar, "LIMIT", 0)
        refused = client.get(path("x"))
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0

    def test_secrets_that_open_nothing_leave_no_count_of_their_own(
        self, due: Cast, client: Client, settings, tmp_path
    ):
        """However many are tried: one count for the address they come from, so the cache doesn't fill."""
        memory = settings.CACHES["memory"]
        kept = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
        settings.CACHES = {"default": kept, "memory": memory}
        assert client.get(path("x0")).status_code == 404
        before = len(list(tmp_path.iterdir()))
        assert {client.get(path(f"x{number}")).status_code for number in range(1, 20)} == {404}
        # The minute may have turned in between.
        assert len(list(tmp_path.iterdir())) <= before + 1

    def test_a_new_secret_begins_no_new_count(self, due: Cast, client: Client, monkeypatch):
        monkeypatch.setattr(calendar, "LIMIT_OF_ONE", 1)
        codes = [
            client.get(path(preferences.renew_calendar(user=due.mentor))).status_code for _time in range(2)
        ]
        assert codes == [200, 429]

    def test_stands_in_no_log_whatever_happens(self, due: Cast, monkeypatch):
        token = preferences.renew_calendar(user=due.mentor)
        client = Client(raise_request_exception=False)
        written, handler = io.StringIO(), self.handler()
        handler.setStream(written)
        logging.getLogger().addHandler(handler)
        try:
            monkeypatch.setattr(calendar, "LIMIT_OF_ONE", 0)
            assert client.get(path(token)).status_code == 429
            monkeypatch.undo()
            monkeypatch.setattr("training.feed.due_dates", lambda user: 1 / 0)
            assert client.get(path(token)).status_code == 500
            assert client.get(path(f"{token}x")).status_code == 404
        finally:
            logging.getLogger().removeHandler(handler)
        assert "/training/calendar/….ics" in written.getvalue()
        assert token not in written.getvalue()

    @staticmethod
    def handler() -> Any:
        """The site's own, as the settings describe it."""
        maker = logging.config.DictConfigurator({**site_settings.LOGGING, "formatters": {}})
        maker.config["filters"] = {
            "secrets": maker.configure_filter(site_settings.LOGGING["filters"]["secrets"])
        }
        chosen = dict(site_settings.LOGGING["handlers"]["console"])
        chosen.pop("formatter")
        return maker.configure_handler(chosen)
