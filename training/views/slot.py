"""One slot of a batch's seminars: its projects in their order, its people; move it, call it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from training.models import Batch, Project, Seminar, SeminarAttendee, SeminarPlace
from training.models.seminars import taken
from training.naming import know, names_in
from training.services import attendance, bookings, seminar_places, seminars
from training.views.coordinating import batch_view, person
from training.views.people import Once, ReasonField
from training.views.sent import applied
from training.views.slots import PlanForm
from training.views.strict import must_name, only

PAGE = "training/seminars/slot.html"


class MoveForm(PlanForm):
    """Another time or place, and why."""

    reason = ReasonField()

    def apply(self, seminar: Seminar, by: User) -> None:
        given = self.cleaned_data
        seminars.move(
            seminar=seminar, plan=self.plan(), reason=given["reason"], by=by, submit_key=given["submit_key"]
        )


class CancelForm(Once):
    reason = ReasonField()

    def apply(self, seminar: Seminar, by: User) -> None:
        seminars.cancel(seminar=seminar, by=by, **self.cleaned_data)


class _ProjectForm(Once):
    """A form about one project; ``projects`` are those it can be about, by key."""

    project = forms.ChoiceField(label=gettext_lazy("Project"))

    def __init__(self, data: Any = None, *, projects: list[Project], **options: Any) -> None:
        super().__init__(data, **options)
        self._projects = {str(project.key): project for project in projects}
        field: Any = self.fields["project"]
        field.choices = [
            (key, f"{project.participant} – {project.title}" if project.title else project.participant)
            for key, project in self._projects.items()
        ]

    @property
    def chosen(self) -> Project:
        return self._projects[self.cleaned_data["project"]]


class PlaceForm(_ProjectForm):
    def apply(self, seminar: Seminar, by: User) -> None:
        key = self.cleaned_data["submit_key"]
        seminar_places.place(seminar=seminar, project=self.chosen, by=by, submit_key=key)


class TakeOutForm(_ProjectForm):
    reason = ReasonField()
    leave = staticmethod(seminar_places.take_out)

    def apply(self, seminar: Seminar, by: User) -> None:
        given = self.cleaned_data
        self.leave(
            seminar=seminar, project=self.chosen, reason=given["reason"], by=by,
            submit_key=given["submit_key"],
        )  # fmt: skip


class MissForm(TakeOutForm):
    """As taking out, once the slot has begun."""

    leave = staticmethod(seminar_places.miss)


class OrderForm(_ProjectForm):
    position = forms.IntegerField(label=gettext_lazy("Order"), min_value=1, max_value=10_000)

    def apply(self, seminar: Seminar, by: User) -> None:
        position = self.cleaned_data["position"]
        seminar_places.put_at(seminar=seminar, project=self.chosen, position=position, by=by)


DONE = {
    "move": gettext_lazy("The seminar was moved. Everybody concerned is told."),
    "cancel": gettext_lazy("The seminar was called off. Everybody concerned is told."),
    "place": gettext_lazy("The project has a place. Everybody concerned is told."),
    "take-out": gettext_lazy("The project was taken out. Everybody concerned is told."),
    "miss": gettext_lazy("It is recorded. The project can have a place in another slot."),
    "order": gettext_lazy("The order was changed."),
}


def _forms(seminar: Seminar, inside: list[Project]) -> dict[str, Callable[..., Any]]:
    batch = seminar.batch

    def waiting() -> list[Project]:
        found = list(seminar_places.waiting(batch, seminar.kind).select_related("owner"))
        know(found)
        return found

    shown = PlanForm.shown(seminar)
    return {
        "move": lambda data=None: MoveForm(data, prefix="move", batch=batch, initial=dict(shown)),
        "cancel": lambda data=None: CancelForm(data, prefix="cancel"),
        "place": lambda data=None: PlaceForm(data, prefix="place", projects=waiting()),
        "take-out": lambda data=None: TakeOutForm(data, prefix="take-out", projects=inside),
        "miss": lambda data=None: MissForm(data, prefix="miss", projects=_still_to_come(seminar, inside)),
        "order": lambda data=None: OrderForm(data, prefix="order", projects=inside),
    }


@batch_view("GET")
def show(request: HttpRequest, batch: Batch, seminar: UUID) -> HttpResponseBase:
    """The slot, and what can be done with it."""
    return _page(request, _slot(batch, seminar), {})


@batch_view("POST")
def change(request: HttpRequest, batch: Batch, seminar: UUID, what: str) -> HttpResponseBase:
    """Do one of the things the page offers."""
    found = _slot(batch, seminar)
    make = _forms(found, _inside(found)).get(what)
    if make is None:
        raise Http404
    form = make(request.POST)
    only(request, form)
    must_name(form, "project", Project.objects.filter(batch=batch), by="key")
    if applied(form, lambda: form.apply(found, person(request))):
        messages.success(request, DONE[what])
        return redirect("training_batches:seminar", batch.key, found.key)
    return _page(request, found, {what: form})


def _slot(batch: Batch, key: UUID) -> Seminar:
    found = Seminar.objects.filter(batch=batch, key=key).select_related("room").first()
    if found is None:
        raise Http404
    found.batch = batch
    return found


def _inside(seminar: Seminar, *, missed: bool = False) -> list[Project]:
    """The projects in their order: those that are presented, or those that ``missed`` it."""
    places = SeminarPlace.objects.filter(~taken() if missed else taken(), seminar=seminar)
    found = [place.project for place in places.select_related("project__owner")]
    know(found)
    return found


def _still_to_come(seminar: Seminar, inside: list[Project]) -> list[Project]:
    """Of the projects in the slot those whose seminar is not closed yet."""
    states = seminar_places.ahead(seminar.batch.version, seminar.kind)
    return [project for project in inside if project.state_code in states]


def _page(request: HttpRequest, seminar: Seminar, given: dict[str, Any]) -> HttpResponseBase:
    inside = _inside(seminar)
    made = {name: given.get(name) or make() for name, make in _forms(seminar, inside).items()}
    attendees = SeminarAttendee.objects.filter(seminar=seminar, attends=True).select_related("user")
    context = {
        "batch": seminar.batch,
        "seminar": seminar,
        "when": bookings.when(seminar),
        "projects": inside,
        "missed": _inside(seminar, missed=True),
        "attendees": sorted(names_in(seminar.batch, [row.user for row in attendees]), key=str.casefold),
        "may_be_recorded": attendance.may_be_recorded(seminar),
        "open": not seminar.has_begun and not seminar.cancelled_at,
        "missing": seminar.has_begun and not seminar.cancelled_at,
        "placing": not seminar.is_over and not seminar.cancelled_at,
        "forms": {name.replace("-", "_"): form for name, form in made.items()},
        "wrong": next(iter(given.values()), None),
        "title": _("%(kind)s, %(when)s")
        % {"kind": seminar.get_kind_display(), "when": bookings.when(seminar)},
    }
    return render(request, PAGE, context, status=422 if given else 200)
