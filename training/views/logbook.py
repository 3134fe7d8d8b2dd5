"""The logbook of a project: read, written, and printed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from home.errors import bad_request
from training import logbooks, uploads
from training.errors import GuardsUnmet, Moved, NotAllowed, SavedElsewhere
from training.models import Holder, Logbook, LogEntry, LogRemark, Project
from training.permissions import may_attach, may_log, sees_private
from training.services import evidence, logbook
from training.services.logbook import Draft, Private
from training.views.access import person, project_of, signed_in
from training.views.incoming import FIELDS, chosen, refusals, takes_files
from training.views.kept import controls, forget, kept, surviving, waiting
from training.views.logbook_form import CONDITIONS, DOCUMENTS, PLACES, EntryForm, as_initial, values
from training.views.strict import only, submit_key

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page shows it. ``private`` is empty for everybody who may not read it."""

    entry: LogEntry
    row: str
    value: str
    private: Private | None
    removable: frozenset[uuid.UUID]
    may_change: bool


@signed_in
@never_cache
@require_safe
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The entries, the last first, with the weeks and the plan beside them."""
    project, roles = _kept(request, key)
    page = Paginator(_entries(project).order_by("-number"), A_PAGE).get_page(request.GET.get("page"))
    entries = logbooks.written(project)
    context = {
        "project": project,
        "page_of_entries": page,
        "lines": lines(request, project, roles, list(page.object_list)),
        "weeks": logbooks.weeks(project, today=timezone.localdate(), entries=entries),
        "plan": logbooks.plan(project, entries),
        "may_write": may_log(project, roles),
        "kept_in": [state.label for state in project.version.all_states if state.keeps_log],
        "may_explain": may_attach(project, roles),
        "may_confirm": Holder.MENTOR in roles,
        "speaks_as": logbook.remarks_as(roles),
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/logbook/list.html", context)


@signed_in
@never_cache
@require_safe
def printed(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """All entries on one page, the first first, with the last seal: on paper it holds what was sealed."""
    project, roles = _kept(request, key)
    entries = list(_entries(project).order_by("number"))
    context = {
        "project": project,
        # Place and condition are not for paper, which nobody deletes after 90 days.
        "lines": lines(request, project, roles - {Holder.PARTICIPANT, Holder.MENTOR}, entries),
        "plan": logbooks.plan(project),
        "book": Logbook.objects.filter(project=project).first(),
    }
    return render(request, "training/logbook/print.html", context)


@takes_files
@surviving
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Write an entry, or what is to be added to one that is closed."""
    project, roles = _kept(request, key)
    if not _may_try(request, project, roles):
        raise Http404
    older = _older(project, request.POST.get("adds") or request.GET.get("adds", ""))
    if request.method == "POST":
        return _save(request, project, None, older)
    held = kept(request)
    if held is None:
        return _form(request, project, EntryForm(project), adds_to=older)
    older = older or _older(project, held.data.get("adds", ""))
    return _form(request, project, EntryForm(project, held.data), adds_to=older, given=held.data)


@takes_files
@surviving
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: uuid.UUID, entry: uuid.UUID) -> HttpResponse:
    """Write an entry anew while it is open."""
    project, roles = _kept(request, key)
    found = entry_of(project, entry)
    if found.written_by_id != person(request).pk or not _may_try(request, project, roles):
        raise Http404
    if request.method == "POST":
        return _save(request, project, found, found.adds_to)
    if not found.is_open:
        return _closed(request, project, found)
    held = kept(request)
    if held is None:
        return _form(request, project, EntryForm(project, initial=as_initial(found)), entry=found)
    return _form(request, project, EntryForm(project, held.data), entry=found, given=held.data)


def lines(
    request: HttpRequest, project: Project, roles: frozenset[Holder], entries: Sequence[LogEntry]
) -> list[Line]:
    """Entries in words; the number of queries is that of ``_entries``."""
    rows = {row.code: row.label for row in logbooks.rows(project)}
    known, user = dict(values()), person(request)
    writes = may_log(project, roles)
    return [
        Line(
            entry,
            rows.get(entry.row, ""),
            known.get(entry.value, ""),
            _in_words(logbook.private_of(entry)) if sees_private(roles) else None,
            frozenset(file.key for file in _own(entry) if evidence.may_remove(file, user)),
            writes and entry.is_open and entry.written_by_id == user.pk,
        )
        for entry in entries
    ]


def _own(entry: LogEntry) -> list[Any]:
    files = list(entry.files.all())
    for file in files:
        file.entry = entry
    return files


def _in_words(private: Private | None) -> Private | None:
    if private is None:
        return None
    place = str(dict(PLACES).get(private.place, ""))
    return replace(private, place=place, condition=str(dict(CONDITIONS).get(private.condition, "")))


def entry_of(project: Project, key: uuid.UUID) -> LogEntry:
    """The entry of this project. Raises ``Http404`` when it has no such entry."""
    found = _entries(project).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _entries(project: Project) -> Any:
    entries = LogEntry.objects.filter(project=project).select_related("confirmed_by", "adds_to", "private")
    remarks = LogRemark.objects.select_related("author")
    return entries.prefetch_related("files", Prefetch("remarks", remarks))


def _kept(request: HttpRequest, key: uuid.UUID) -> tuple[Project, frozenset[Holder]]:
    """The project, where a logbook is kept at all. Raises ``Http404``."""
    project, roles = project_of(request, key)
    if not logbooks.is_kept(project):
        raise Http404
    return project, roles


def _may_try(request: HttpRequest, project: Project, roles: frozenset[Holder]) -> bool:
    """Whether the form is there, or was when it was opened: the service says then why it is not."""
    stopped = request.method == "POST" and Holder.PARTICIPANT in roles and not project.is_active
    return stopped or may_log(project, roles)


def _older(project: Project, key: str) -> LogEntry | None:
    """The entry that is to be added to. Raises ``Http404`` for one that is not there."""
    if not key:
        return None
    try:
        return entry_of(project, uuid.UUID(key))
    except ValueError as error:
        raise Http404 from error


def _save(
    request: HttpRequest, project: Project, entry: LogEntry | None, adds_to: LogEntry | None
) -> HttpResponse:
    form = EntryForm(project, request.POST)
    only(request, form, "changes", "adds", *FIELDS)
    sent = submit_key(request)
    try:
        changes = int(request.POST.get("changes") or 0)
    except ValueError:
        return bad_request(request)
    shown: dict[str, Any] = {"entry": entry, "adds_to": adds_to, "given": request.POST}
    wrong = refusals(request)
    if wrong or not form.is_valid():
        return _form(request, project, form, wrong=wrong, status=422, **shown)
    try:
        with uploads.checked(chosen(request)) as files:
            _write(request, project, entry, adds_to, form.draft, files, sent, changes)
    except (uploads.UnusableFile, GuardsUnmet) as refused:
        return _form(request, project, form, wrong=[str(refused)], status=422, **shown)
    except SavedElsewhere:
        current = entry_of(project, entry.key) if entry else None
        return _form(request, project, form, changed=current, status=409, **shown)
    except Moved:
        return _closed(request, project, entry, form.draft.activity)
    except NotAllowed as refused:
        raise Http404 from refused
    forget(request)
    messages.success(request, _("The entry is in the logbook."))
    return HttpResponseRedirect(reverse("training:logbook", args=[project.key]))


def _write(
    request: HttpRequest,
    project: Project,
    entry: LogEntry | None,
    adds_to: LogEntry | None,
    draft: Draft,
    files: Sequence[uploads.Checked],
    sent: uuid.UUID,
    changes: int,
) -> None:
    common: dict[str, Any] = {
        "actor": person(request), "draft": draft, "files": files, "submit_key": sent,
    }  # fmt: skip
    if entry is None:
        logbook.add(project=project, adds_to=adds_to, **common)
    else:
        logbook.change(entry=entry, changes=changes, **common)


def _form(
    request: HttpRequest,
    project: Project,
    form: EntryForm,
    *,
    entry: LogEntry | None = None,
    adds_to: LogEntry | None = None,
    given: Any = None,
    wrong: Sequence[str] = (),
    changed: LogEntry | None = None,
    status: int = 200,
) -> HttpResponse:
    known = changed or entry
    context = {
        "project": project,
        "form": form,
        "entry": entry,
        "adds_to": adds_to,
        "wrong": wrong,
        "changed": changed,
        # After a conflict the other text has been shown: sending again replaces it.
        "changes": known.changes if known and (changed or not given) else (given or {}).get("changes", 0),
        "submit_key": uuid.uuid4() if changed else (given or {}).get("submit_key") or uuid.uuid4(),
        **controls(request),
        "waiting": "" if given else waiting(request),
        "documents": DOCUMENTS,
        "most_files": uploads.room_in_words(),
    }
    return render(request, "training/logbook/form.html", context, status=status)


def _closed(request: HttpRequest, project: Project, entry: LogEntry | None, typed: str = "") -> HttpResponse:
    """The entry can't be changed any more: what was typed is shown, and the way to add it."""
    context = {"project": project, "entry": entry, "typed": typed}
    return render(request, "training/logbook/closed.html", context, status=409)
