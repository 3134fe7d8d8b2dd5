"""A person's due dates and seminars as a calendar file (RFC 5545), for calendars that come for it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from training.services import calendar as seminars
from training.services import todo

EVERY = timedelta(hours=6)
"""How often calendars are asked to come again."""


def due_dates(user: User) -> bytes:
    """What waits for ``user``, by its due date as a whole day, and their seminars, in the active language.

    It names nobody: only the project's title, where it is, and the address of its page.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Katalog Inovasi Sektor Publik//Tenggat//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Due dates of my innovation projects"))
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for task in todo.tasks(user):
        if task.due_on is not None:
            calendar.add_component(_event(task))
    for attendee in seminars.of_person(user):
        calendar.add_component(seminars.planned(attendee))
    return bytes(calendar.to_ical())


def _event(task: todo.Task) -> Event:
    project = task.project
    title = project.title or _("Project without a title")
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('training:project', args=[project.key])}"
    event = Event()
    # The same task stays the same entry when its due date moves.
    event.add(
        "uid", f"{project.key}-{project.state_code}-{project.entered_at:%Y%m%d%H%M%S}@{settings.SITE_HOST}"
    )
    event.add("dtstamp", timezone.now())
    event.add("dtstart", task.due_on)
    event.add("dtend", task.due_on + timedelta(days=1))  # type: ignore[operator]
    event.add("summary", f"{project.state.label}: {title}")
    event.add("url", address)
    event.add("description", address)
    event.add("transp", "TRANSPARENT")
    return event
