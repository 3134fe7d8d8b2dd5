"""Invitations to seminars as calendar files (iCalendar, RFC 5545; scheduling by iTIP, RFC 5546).

A person has one calendar entry for each slot, whatever the number of their projects in it. Its UID is the
slot's, its SEQUENCE rises with every change that concerns them, and it names nobody but whom it is sent to:
projects by title, the place, and the institution that invites. Times are in UTC.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from accounts.models import User
from training.models import Assignment, Notice, Project, SeminarAttendee, SeminarPlace
from training.models.seminars import taken
from training.permissions import running
from training.services.attendance import CAUSE

PRODUCT = "-//Katalog Inovasi//Training//ID"
REQUEST, CANCEL = "REQUEST", "CANCEL"
KEPT = timedelta(weeks=4)
"""For how long a seminar that is over stays in a calendar that is subscribed to."""


def method(attendee: SeminarAttendee) -> str:
    """Whether the file invites or takes back."""
    off = attendee.seminar.cancelled_at is not None or not attendee.attends
    return CANCEL if off else REQUEST


def invitation(attendee: SeminarAttendee) -> bytes:
    """The file for one person and slot, in the active language; two queries."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method(attendee))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    entry = planned(attendee)
    entry.add("organizer", _address(settings.DEFAULT_FROM_EMAIL, str(attendee.seminar.batch.institution)))
    reader = _address(attendee.user.email)
    reader.params["RSVP"] = vText("FALSE")
    entry.add("attendee", reader)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def planned(attendee: SeminarAttendee) -> Event:
    """The entry, naming nobody; one query."""
    seminar, entry = attendee.seminar, Event()
    titles = _titles(attendee)
    kind = str(seminar.get_kind_display())
    summary = f"{kind[:1].upper()}{kind[1:]}" + (f": {titles[0]}" if len(titles) == 1 else "")
    entry.add("uid", f"seminar-{seminar.key}@{settings.SITE_HOST}")
    entry.add("sequence", attendee.sequence)
    entry.add("dtstamp", timezone.now().astimezone(UTC))
    entry.add("dtstart", seminar.starts_at.astimezone(UTC))
    entry.add("dtend", seminar.ends_at.astimezone(UTC))
    entry.add("summary", summary)
    entry.add("location", place(attendee))
    if len(titles) > 1:
        entry.add("description", "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1)))
    if seminar.link:
        entry.add("url", seminar.link)
    entry.add("status", "CANCELLED" if method(attendee) == CANCEL else "CONFIRMED")
    return entry


def place(attendee: SeminarAttendee) -> str:
    """The room and its institution, or the link."""
    seminar = attendee.seminar
    return f"{seminar.room}, {seminar.batch.institution}" if seminar.room else seminar.link


def _titles(attendee: SeminarAttendee) -> list[str]:
    """The titles of the person's own projects in the slot, in the order they are presented."""
    user = attendee.user_id
    accepted = Q(assignments__accepted_at__isnull=False)
    part = Q(owner=user) | (accepted & Q(assignments__user=user, assignments__until=None))
    rows = Project.objects.filter(
        part, taken("seminar_places__"), seminar_places__seminar=attendee.seminar_id
    )
    rows = rows.order_by("seminar_places__position", "pk")
    titles = dict.fromkeys(rows.values_list("pk", "title"))
    return [title or _("Project without a title") for _key, title in titles]


def _address(mail: str, name: str = "") -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    if name:
        address.params["CN"] = vText(name)
    return address


def of_notice(notice: Notice) -> list[SeminarAttendee]:
    """The entries that the change told by ``notice`` touched last for its reader; one query."""
    if not notice.cause.startswith(CAUSE):
        return []
    return list(entries().filter(user=notice.user_id, change=notice.cause[len(CAUSE) :]))


def of_person(user: User) -> list[SeminarAttendee]:
    """The seminars ``user`` is expected at with a part they accepted, those of the last weeks included."""
    places = SeminarPlace.objects.taken().filter(seminar=OuterRef("seminar"))
    part = Assignment.objects.filter(running(), user=user, project=OuterRef("project"))
    mine = places.filter(Q(project__owner=user) | Exists(part))
    rows = entries().filter(Exists(mine), user=user, attends=True, seminar__cancelled_at=None)
    return list(rows.filter(seminar__ends_at__gt=timezone.now() - KEPT))


def entries() -> QuerySet[SeminarAttendee]:
    """All rows with what a file is made of, in the order of time."""
    rows = SeminarAttendee.objects.select_related("user", "seminar__room", "seminar__batch__institution")
    return rows.order_by("seminar__starts_at", "pk")
