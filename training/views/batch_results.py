"""The results of a batch, for its coordinators: what is missing, locking, opening again, appeals."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from training import results, score_rights
from training.errors import GuardsUnmet, Moved
from training.models import Appeal, Batch, Project, ScoreSheet
from training.naming import know
from training.results import Standing
from training.score_rights import not_theirs_to_see
from training.services import appeals, locking
from training.severity import LEAST, severities
from training.views.coordinating import batch_view, person
from training.views.people import LONGEST_REASON, Once
from training.views.scores import results_of
from training.views.sent import applied
from training.views.strict import must_be_of, only, submit_key

PAGE = 50
ONE = "training/batches/result.html"


class LockForm(Once):
    seen = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("This page is out of date. Open it again.")},
    )

    def apply(self, project: Project, by: User) -> None:
        locking.lock(project=project, by=by, **self.cleaned_data)


class UnlockForm(Once):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Everybody who takes part in the project can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def apply(self, project: Project, by: User) -> None:
        locking.unlock(project=project, by=by, **self.cleaned_data)


class AnswerForm(Once):
    """The answer to an appeal."""

    upheld = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[
            ("yes", gettext_lazy("Upheld: the result is opened again")),
            ("no", gettext_lazy("Rejected: the result stays")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("Reasons"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("The participant reads them."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def apply(self, project: Project, by: User) -> None:
        given = self.cleaned_data
        try:
            appeals.answer(
                project=project,
                upheld=given["upheld"] == "yes",
                words=given["words"],
                by=by,
                submit_key=given["submit_key"],
            )
        except Moved as error:
            raise GuardsUnmet([_("The appeal was answered already.")]) from error


FORMS: dict[str, Callable[..., Any]] = {"lock": LockForm, "unlock": UnlockForm, "answer": AnswerForm}
DONE = {
    "lock": gettext_lazy("The result is locked. Participant, mentor and coach were told."),
    "unlock": gettext_lazy("The result is open again. Who scored can correct it now."),
    "answer": gettext_lazy("The appeal is answered. The participant was told."),
}


@batch_view("GET")
def overview(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Everybody's marks, total and predicate, with what is missing."""
    _must_score(batch)
    return _overview(request, batch, ())


def _overview(request: HttpRequest, batch: Batch, changed: Sequence[Standing]) -> HttpResponseBase:
    """The page, with those results that were not locked because they ``changed``."""
    rows = Project.objects.filter(batch=batch).select_related("owner").defer("answers")
    page = Paginator(rows.order_by("owner__first_name", "owner__last_name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    hidden = not_theirs_to_see(person(request), page.object_list)
    projects = [project for project in page.object_list if project.pk not in hidden]
    for project in projects:
        project.version, project.batch = batch.version, batch
    candidates = locking.candidates(batch, person(request))
    know([*projects, *candidates, *(one.project for one in changed)])
    everybody = {project.pk: project for project in (*projects, *candidates)}
    found = results.standings(batch.version, list(everybody.values()))
    context = {
        "batch": batch,
        "changed": changed,
        "seen": _seen(found[project.pk] for project in candidates),
        "list": page,
        "rows": [_row(found[project.pk]) for project in projects],
        **_waiting(batch, person(request)),
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/batches/results.html", context, status=409 if changed else 200)


def _seen(candidates: Iterable[Standing]) -> str:
    """What *lock all* locks, as the page shows it: the project's key and the digest of its marks."""
    ready = locking.complete(candidates)[: locking.AT_ONCE]
    return " ".join(f"{one.project.key}:{one.digest}" for one in ready)


def _sent(text: str) -> dict[UUID, str]:
    """The digests of a form by the project's key; what can't be read was not seen."""
    found = {}
    for part in text.split()[: locking.AT_ONCE]:
        key, _colon, digest = part.partition(":")
        try:
            found[UUID(key)] = digest
        except ValueError:
            continue
    return found


def _waiting(batch: Batch, user: User) -> dict[str, int]:
    """How many results wait for ``user`` to lock them, and how many appeals for an answer; one query."""
    appealed = Appeal.objects.filter(result__project__batch=batch, state=Appeal.State.WAITING)
    return Project.objects.filter(batch=batch).aggregate(
        undecided=Count("pk", filter=Q(pk__in=locking.undecided(batch, user).values("pk"))),
        appeals=Count("pk", filter=Q(pk__in=appealed.values("result__project"))),
    )


def _row(standing: Standing) -> dict[str, Any]:
    marks, result = standing.marks, standing.result
    predicate = results.predicate_named(standing.project.version, result.predicate) if result else None
    appeal = getattr(result, "appeal", None) if result else None
    return {
        "project": standing.project,
        "marks": [
            (component, marks.get(component.code))
            for seat in standing.seats.values()
            for component in seat.components
        ],
        "missing": standing.missing,
        "total": result.total if result else standing.total,
        "predicate": predicate or standing.predicate,
        "locked": result is not None,
        "reopened": standing.is_reopened,
        "appealed": appeal is not None and appeal.state == Appeal.State.WAITING,
    }


def _must_score(batch: Batch) -> None:
    """Raises ``Http404`` for a programme that asks for no scores."""
    if not batch.version.all_components:
        raise Http404


@batch_view("POST")
def lock_all(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Lock every complete result that is as the page showed it; the page names those that are not."""
    _must_score(batch)
    only(request, "seen")
    seen, key = _sent(request.POST.get("seen", "")), submit_key(request, needed=False)
    must_be_of(Project.objects.filter(batch=batch), "key", seen)
    done = locking.lock_batch(batch=batch, by=person(request), submit_key=key, seen=seen)
    text = ngettext("%(count)d result was locked.", "%(count)d results were locked.", done.done)
    messages.success(request, text % {"count": done.done})
    if done.left:
        text = ngettext(
            "%(count)d more is complete: press the button again.",
            "%(count)d more are complete: press the button again.",
            done.left,
        )
        messages.info(request, text % {"count": done.left})
    if done.changed:
        return _overview(request, batch, done.changed)
    return redirect("training_batches:results", batch.key)


@batch_view("GET")
def show(request: HttpRequest, batch: Batch, project: UUID) -> HttpResponseBase:
    """One person's scores, and what can be done with them."""
    return _page(request, batch, _project(batch, project, person(request)), {})


@batch_view("POST")
def change(request: HttpRequest, batch: Batch, project: UUID, what: str) -> HttpResponseBase:
    """Lock, open again, or answer an appeal."""
    found = _project(batch, project, person(request))
    if what not in FORMS:
        raise Http404
    form = FORMS[what](request.POST, prefix=what)
    only(request, form)
    if applied(form, lambda: form.apply(found, person(request))):
        messages.success(request, DONE[what])
        return redirect("training_batches:result", batch.key, found.key)
    return _page(request, batch, found, {what: form})


def _project(batch: Batch, key: UUID, user: User) -> Project:
    _must_score(batch)
    found = Project.objects.filter(batch=batch, key=key).select_related("owner").first()
    if found is None or not_theirs_to_see(user, [found]):  # nobody decides about themselves
        raise Http404
    found.version, found.batch = batch.version, batch
    return found


def _page(request: HttpRequest, batch: Batch, project: Project, given: dict[str, Any]) -> HttpResponseBase:
    standing = results.standing(project)
    earlier = ScoreSheet.objects.filter(project=project, replaced_at__isnull=False).select_related("user")
    judges = Project.objects.filter(score_rights.judges(person(request)), pk=project.pk).exists()
    context = {
        "batch": batch,
        "project": project,
        "judges": judges,
        "row": _row(standing),
        "seats": list(standing.seats.values()),
        "result": results_of(standing) if standing.result else None,
        "past": [one for one in standing.results if one.unlocked_at],
        "appeal": _open_appeal(standing),
        "appeals": [one.appeal for one in standing.results if hasattr(one, "appeal")],
        "earlier": earlier.order_by("replaced_at"),
        "forms": {name: given.get(name) or make(prefix=name) for name, make in FORMS.items()}
        | {"lock": LockForm(prefix="lock", initial={"seen": standing.digest})},
        "wrong": next(iter(given.values()), None),
        "may_lock": judges and locking.can_be_locked(standing),
        "certificate": _other_certificate(project, standing),
    }
    return render(request, ONE, context, status=422 if given else 200)


def _open_appeal(standing: Standing) -> Appeal | None:
    appeal = getattr(standing.result, "appeal", None) if standing.result else None
    return appeal if appeal and appeal.state == Appeal.State.WAITING else None


def _other_certificate(project: Project, standing: Standing) -> Any:
    """The certificate, where it carries another predicate than the result that is locked now."""
    certificate = getattr(project, "certificate", None)
    found = standing.predicate if standing.result else None
    if certificate is None or found is None or certificate.predicate == found.label_id:
        return None
    return certificate


@batch_view("GET")
def severity(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """How severe the examiners are beside each other."""
    _must_score(batch)
    context = {"batch": batch, "rows": severities(batch), "least": LEAST}
    return render(request, "training/batches/severity.html", context)
