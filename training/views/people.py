"""One person of a batch: more time, another mentor or coach, examiners, and what happened so far."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy

from accounts.models import User
from catalogue.services import codes
from training import boards
from training.errors import GuardsUnmet
from training.models import Assignment, Batch, BatchExaminer, Certificate, Document, Event, Holder, Project
from training.permissions import roles_in
from training.services import (
    certificates,
    coordination,
    documents,
    examiners,
    identities,
    more_time,
    nameless,
)
from training.services.enrolment import Person
from training.services.enrolment_lists import LONGEST_NAME
from training.views.coordinating import agency_key, batch_view, person
from training.views.documents import Listed, listed
from training.views.strict import only

PAGE = "training/batches/person.html"
LONGEST_REASON = 1000


class Once(forms.Form):
    """A form that does its work once, however often it is sent."""

    submit_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        options.setdefault("initial", {})["submit_key"] = uuid.uuid4()
        super().__init__(data, **options)


class ReasonField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Reason"),
            max_length=LONGEST_REASON,
            help_text=gettext_lazy("Everybody who takes part in the project can read it."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class ExtendForm(Once):
    due_on = forms.DateField(
        label=gettext_lazy("New due date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = ReasonField()
    answers = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def apply(self, project: Project, by: User) -> None:
        coordination.extend(project=project, by=by, **self.cleaned_data)


class DeclineForm(Once):
    """No more time."""

    reason = ReasonField()

    def apply(self, project: Project, by: User) -> None:
        more_time.decline(project=project, by=by, **self.cleaned_data)


class ChangeForm(Once):
    """Another mentor or coach."""

    role = forms.ChoiceField(
        label=gettext_lazy("Who is replaced"),
        choices=[(Holder.MENTOR, gettext_lazy("Mentor")), (Holder.COACH, gettext_lazy("Coach"))],
    )
    name = forms.CharField(label=gettext_lazy("Name of the new person"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=gettext_lazy("E-mail of the new person"), max_length=254)
    reason = ReasonField()

    def apply(self, project: Project, by: User) -> None:
        given = self.cleaned_data
        coordination.change_supporter(
            project=project,
            role=Holder(given["role"]),
            person=Person(given["email"], given["name"]),
            reason=given["reason"],
            by=by,
            submit_key=given["submit_key"],
        )


class AgencyForm(Once):
    """Whose innovation it is."""

    agency = forms.ChoiceField(label=gettext_lazy("Agency"))

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        choices = [("", "–"), *codes.agency_choices(get_language() or "id")]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def apply(self, project: Project, by: User) -> None:
        given = self.cleaned_data
        agency = agency_key(given["agency"])
        coordination.set_agency(project=project, agency_id=agency, by=by, submit_key=given["submit_key"])


class AssignForm(Once):
    """One of those who examine in the batch."""

    examiner = forms.ModelChoiceField(
        BatchExaminer.objects.none(), empty_label=gettext_lazy("Choose"), label=gettext_lazy("Examiner")
    )

    def __init__(self, data: Any = None, *, batch: Batch, **options: Any) -> None:
        super().__init__(data, **options)
        chosen = examiners.offered(batch).filter(user__is_active=True).select_related("user")
        field: Any = self.fields["examiner"]
        field.queryset = chosen
        yes = examiners.said_yes(batch, {one.user_id for one in chosen})
        field.label_from_instance = lambda one: str(one) if one.user_id in yes else one.address

    def apply(self, project: Project, by: User) -> None:
        examiners.assign(project=project, by=by, **self.cleaned_data)


class RemoveForm(Once):
    """The end of somebody's time as examiner."""

    assignment = forms.ModelChoiceField(
        Assignment.objects.none(), empty_label=gettext_lazy("Choose"), label=gettext_lazy("Examiner")
    )
    reason = ReasonField()

    def __init__(self, data: Any = None, *, member: boards.Member, **options: Any) -> None:
        super().__init__(data, **options)
        running = member.project.assignments.filter(role=Holder.EXAMINER, until=None)
        field: Any = self.fields["assignment"]
        field.queryset = running.select_related("user")
        # The page has read them.
        field.choices = [("", field.empty_label), *((one.pk, one.shown) for one in member.examiners)]

    def apply(self, project: Project, by: User) -> None:
        examiners.remove(project=project, by=by, **self.cleaned_data)


class RevokeForm(Once):
    """Takes the certificate back."""

    reason = ReasonField()

    def apply(self, project: Project, by: User) -> None:
        certificate = certificates.latest(project)
        if certificate is None:
            raise GuardsUnmet([gettext("There is no certificate to revoke.")])
        certificates.revoke(certificate=certificate, by=by, reason=self.cleaned_data["reason"])


class ReissueForm(Once):
    """Another certificate in the place of the one that was revoked."""

    reason = ReasonField()

    def apply(self, project: Project, by: User) -> None:
        certificates.reissue(project=project, by=by, **self.cleaned_data)


class WithdrawForm(Once):
    """Takes a signed document back."""

    document = forms.ModelChoiceField(
        Document.objects.none(), empty_label=gettext_lazy("Choose"), label=gettext_lazy("Document")
    )
    reason = ReasonField()

    def __init__(
        self, data: Any = None, *, project: Project, papers: Sequence[Document], **options: Any
    ) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["document"]
        field.queryset = project.documents.exclude(state=Document.State.REVOKED)
        standing = [one for one in reversed(papers) if one.state != Document.State.REVOKED]
        # The page has read them.
        field.choices = [("", field.empty_label), *((one.pk, _called(one)) for one in standing)]

    def apply(self, project: Project, by: User) -> None:
        documents.revoke(by=by, **self.cleaned_data)


class RenewForm(Once):
    """Another document in the place of one that was revoked."""

    document = forms.ModelChoiceField(
        Document.objects.none(), empty_label=gettext_lazy("Choose"), label=gettext_lazy("Document")
    )
    reason = ReasonField()

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["document"]
        # All that were revoked: the same form sent twice still finds its own, and the service says the rest.
        field.queryset = project.documents.filter(state=Document.State.REVOKED)
        field.label_from_instance = _called

    def apply(self, project: Project, by: User) -> None:
        documents.reissue(by=by, **self.cleaned_data)


def _called(document: Document) -> str:
    return f"{document.get_kind_display()} – {document.number}"


def _forms(batch: Batch, member: boards.Member, papers: Sequence[Document]) -> dict[str, Callable[..., Any]]:
    project = member.project
    return {
        "extend": lambda data=None: ExtendForm(data, prefix="extend", initial=_asked_for(project)),
        "decline": lambda data=None: DeclineForm(data, prefix="decline"),
        "change": lambda data=None: ChangeForm(data, prefix="change"),
        "agency": lambda data=None: AgencyForm(data, prefix="agency"),
        "assign": lambda data=None: AssignForm(data, prefix="assign", batch=batch),
        "remove": lambda data=None: RemoveForm(data, prefix="remove", member=member),
        "revoke": lambda data=None: RevokeForm(data, prefix="revoke"),
        "reissue": lambda data=None: ReissueForm(data, prefix="reissue"),
        "withdraw": lambda data=None: WithdrawForm(data, prefix="withdraw", project=project, papers=papers),
        "renew": lambda data=None: RenewForm(data, prefix="renew", project=project),
    }


def _asked_for(project: Project) -> dict[str, Any]:
    """The extension that the participant asked for; nothing where they did not."""
    asked = more_time.asked(project)
    if asked is None:
        return {}
    return {"due_on": asked.due_on, "reason": asked.reason, "answers": more_time.mark(project)}


DONE = {
    "decline": gettext_lazy("The request for more time was declined. The participant is told."),
    "extend": gettext_lazy("The due date was extended."),
    "change": gettext_lazy("The new person was sent an invitation."),
    "agency": gettext_lazy("The agency was set."),
    "assign": gettext_lazy("The examiner was assigned."),
    "remove": gettext_lazy("The examiner was removed."),
    "revoke": gettext_lazy("The certificate was revoked. Whoever checks it is told so."),
    "reissue": gettext_lazy("A new certificate with a new number is being signed."),
    "withdraw": gettext_lazy("The document was revoked. Whoever checks it is told so."),
    "renew": gettext_lazy("A new document with a new number is being signed."),
}


@batch_view("GET")
def show(request: HttpRequest, batch: Batch, project: UUID) -> HttpResponseBase:
    """The person's project, and what can be done with it."""
    return _page(request, batch, _member(batch, project), {})


@batch_view("POST")
def change(request: HttpRequest, batch: Batch, project: UUID, what: str) -> HttpResponseBase:
    """Do one of the things the page offers."""
    found = _member(batch, project)
    if found.project.owner_id == person(request).pk:  # nobody decides about themselves
        raise Http404
    make = _forms(batch, found, documents.rows_of(found.project)).get(what)
    if make is None:
        raise Http404
    form = make(request.POST)
    only(request, form)
    if form.is_valid():
        try:
            form.apply(found.project, person(request))
        except GuardsUnmet as error:
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, DONE[what])
            return redirect("training_batches:person", batch.key, found.project.key)
    return _page(request, batch, found, {what: form})


def _member(batch: Batch, key: UUID) -> boards.Member:
    rows = Project.objects.filter(batch=batch, key=key).select_related("owner")
    found = boards.with_people(batch, rows)
    if not found:
        raise Http404
    return found[0]


def _page(
    request: HttpRequest, batch: Batch, member: boards.Member, given: dict[str, Any]
) -> HttpResponseBase:
    rows = documents.rows_of(member.project)
    makers = _forms(batch, member, rows)
    shown = {name: given.get(name) or make() for name, make in makers.items()}
    labels = {move.code: move.label for move in batch.version.all_moves} | coordination.LABELS
    events = Event.objects.filter(project=member.project).select_related("actor").order_by("-number")
    former = member.project.assignments.exclude(until=None).select_related("user").order_by("until")
    user, certificate = person(request), certificates.latest(member.project)
    papers = listed(documents.readable_of(rows, member.project, roles_in(member.project, user), user))
    context = {
        "batch": batch,
        "member": member,
        "forms": shown,
        "events": [(event, labels.get(event.code, event.code)) for event in events],
        "former": former,
        "agency": codes.agency_label(member.project.agency_id, get_language() or "id"),
        "certificate": certificate,
        "missing": _missing(certificate, papers),
        "documents": papers,
        "can_withdraw": any(one.document.state != Document.State.REVOKED for one in papers),
        "can_renew": documents.to_renew(member.project).exists(),
        "shows_nip": identities.may_show(member.project, user),
        "asked": more_time.asked(member.project),
        "wrong": next(iter(given.values()), None),
    }
    return render(request, PAGE, context, status=422 if given else 200)


def _missing(certificate: Certificate | None, papers: Sequence[Listed]) -> list[nameless.Nameless]:
    """Whose names the papers of one person wait for, each once."""
    found = [one for paper in papers for one in paper.missing]
    if certificate is not None and certificate.lacks_name:
        found += nameless.on_certificate(certificate)
    return list({one.user.pk: one for one in found}.values())
