"""Coordinators' list of a batch's seminars: set one up, share the projects out, the institution's rooms."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from training.errors import GuardsUnmet
from training.models import Batch, Room, Seminar
from training.models.seminars import taken
from training.services import bookings, seminar_places, seminars
from training.services.seminars import Plan
from training.views.coordinating import batch_view, person
from training.views.people import Once
from training.views.sent import applied
from training.views.strict import only, submit_key


class PlanForm(Once):
    """When and where: day and times as clocks of the site's zone show them."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(
        label=gettext_lazy("Begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    link = forms.URLField(
        label=gettext_lazy("Meeting link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Instead of a room. It must begin with https://."),
    )

    def __init__(self, data: Any = None, *, batch: Batch, **options: Any) -> None:
        super().__init__(data, **options)
        self._rooms = {str(room.key): room for room in Room.objects.filter(institution=batch.institution_id)}
        field: Any = self.fields["room"]
        seats = [
            (key, _("%(room)s (%(seats)d seats)") % {"room": room, "seats": room.capacity})
            for key, room in self._rooms.items()
            if room.in_use
        ]
        field.choices = [("", _("no room: by a meeting link")), *seats]

    def plan(self) -> Plan:
        given = self.cleaned_data
        begins, ends = (
            timezone.make_aware(datetime.combine(given["day"], given[name])) for name in ("begins", "ends")
        )
        return Plan(begins, ends, self._rooms.get(given["room"]), given["link"])

    @staticmethod
    def shown(seminar: Seminar) -> dict[str, Any]:
        """The fields as the slot is now."""
        begins, ends = timezone.localtime(seminar.starts_at), timezone.localtime(seminar.ends_at)
        room = str(seminar.room.key) if seminar.room else ""
        return {
            "day": begins.date(), "begins": begins.time(), "ends": ends.time(), "room": room,
            "link": seminar.link,
        }  # fmt: skip


class NewForm(PlanForm):
    kind = forms.ChoiceField(label=gettext_lazy("Which seminar"), choices=Seminar.Kind.choices)
    field_order = ("kind",)


class RoomForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=10_000,
        help_text=gettext_lazy(
            "How many people fit: participants, mentors, coaches and examiners are counted."
        ),
    )


@batch_view("GET")
def overview(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """The batch's slots by time, and how many projects have no place."""
    rows = (
        Seminar.objects.filter(batch=batch)
        .select_related("room")
        .annotate(projects=Count("places", filter=taken("places__")))
    )
    slots = [(slot, bookings.when(slot)) for slot in rows.order_by("starts_at", "pk")]
    context = {
        "batch": batch,
        "slots": [row for row in slots if not row[0].cancelled_at and not row[0].is_over],
        "held": [row for row in slots if not row[0].cancelled_at and row[0].is_over],
        "off": [row for row in slots if row[0].cancelled_at],
        "waiting": [(kind, kind.label, seminar_places.waiting(batch, kind).count()) for kind in Seminar.Kind],
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/seminars/overview.html", context)


@batch_view("GET", "POST")
def new(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Set up a slot."""
    form = NewForm(request.POST if request.method == "POST" else None, batch=batch, initial=_days(batch))
    if form.is_bound:
        only(request, form)
        made: list[Seminar] = []
        if applied(form, lambda: made.append(_set_up(batch, form, person(request)))):
            messages.success(request, _("The seminar is set up. Now give projects a place in it."))
            return redirect("training_batches:seminar", batch.key, made[0].key)
    status = 422 if form.errors else 200
    return render(request, "training/seminars/new.html", {"batch": batch, "form": form}, status=status)


def _set_up(batch: Batch, form: NewForm, by: User) -> Seminar:
    given = form.cleaned_data
    return seminars.set_up(
        batch=batch, kind=given["kind"], plan=form.plan(), by=by, submit_key=given["submit_key"]
    )


def _days(batch: Batch) -> dict[str, Any]:
    """The batch's next seminar day that is not over, for a form that was not sent."""
    today = timezone.localdate()
    days = {"design": batch.design_seminar_on, "result": batch.result_seminar_on}
    for kind, day in days.items():
        if day and day >= today:
            return {"kind": kind, "day": day}
    return {}


@batch_view("POST")
def share(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Give a place to every project that waits for one."""
    only(request, "kind")
    kind = request.POST.get("kind", "")
    key = submit_key(request)
    if kind not in Seminar.Kind.values:
        raise BadRequest("kind")
    try:
        done = seminar_places.share_out(batch=batch, kind=kind, by=person(request), submit_key=key)
    except GuardsUnmet as refused:
        messages.error(request, " ".join(refused.reasons))
        return redirect("training_batches:seminars", batch.key)
    text = ngettext("%(count)d project got a place.", "%(count)d projects got a place.", done.placed)
    messages.success(request, text % {"count": done.placed})
    if done.without:
        text = ngettext(
            "%(count)d project found none: its people are elsewhere at every time, or no seat is left.",
            "%(count)d projects found none: their people are elsewhere at every time, or no seat is left.",
            done.without,
        )
        messages.warning(request, text % {"count": done.without})
    return redirect("training_batches:seminars", batch.key)


@batch_view("GET", "POST")
def rooms(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """The rooms of the batch's institution; POST adds one or changes its seats."""
    form = RoomForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        only(request, form)
        made: list[Room] = []
        by = person(request)
        if applied(form, lambda: made.append(seminars.add_room(batch=batch, by=by, **form.cleaned_data))):
            messages.success(request, _("%(room)s can be booked.") % {"room": made[0]})
            return redirect("training_batches:seminar-rooms", batch.key)
    context = {"batch": batch, "form": form, "rooms": Room.objects.filter(institution=batch.institution_id)}
    return render(request, "training/seminars/rooms.html", context, status=422 if form.errors else 200)
