"""What of the rooms goes into a dossier: files, logbook, consultations, seminars, scores, signed documents.

Scores and signed minutes are there as ``score_rights`` lets the reader read them. Left out are place of work
and condition, which participant and mentor alone read; drafts of scores; and what people said in discussions
or wrote to each other as peers, which is talk and no work of the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training import logbooks, results, score_rights
from training.dossier_parts import Part, Reader, ReadSource, Source, file_part, heading, safe_name, text_part
from training.models import (
    Consultation,
    Document,
    EvidenceFile,
    Logbook,
    LogEntry,
    Occasion,
    Project,
    ScoreSheet,
    SeminarPlace,
    Settlement,
)
from training.services import bookings, documents

_NAMES = {field.name: field.verbose_name for field in Consultation._meta.fields}
"""What the fields of a consultation are called."""


def _when(at: datetime) -> str:
    return str(date_format(timezone.localtime(at), "j F Y H:i"))


def _day(day: date) -> str:
    return str(date_format(day, "j F Y"))


def _indented(text: str, by: str = "    ") -> list[str]:
    return [f"{by}{line}" for line in text.splitlines()]


def _files(project: Project) -> Iterator[Part]:
    rows = list(EvidenceFile.objects.filter(project=project).select_related("entry").order_by("pk"))
    if not rows:
        return
    plan = {row.code: row.label for row in logbooks.rows(project)}
    names = {row.pk: f"files/{number:03d}-{safe_name(row.name)}" for number, row in enumerate(rows, start=1)}
    lines = [heading(_("Files"))]
    for row in rows:
        part = plan.get(row.entry.row if row.entry else row.row, "")
        entry = f"#{row.entry.number}" if row.entry else ""
        lines.append(f"{names[row.pk]} – {row.name}")
        lines.append("    " + " – ".join(filter(None, [_when(row.uploaded_at), entry, part])))
        lines.append(f"    SHA-256 {row.sha256}")
    yield text_part("04-files.txt", "\n".join(lines))
    for row in rows:
        yield file_part(names[row.pk], row.file)


def _logbook(project: Project) -> Iterator[Part]:
    entries = list(
        LogEntry.objects.filter(project=project)
        .select_related("written_by", "confirmed_by", "adds_to")
        .prefetch_related("files", "remarks__author")
        .order_by("number")
    )
    if not entries:
        return
    plan = logbooks.plan(project)
    labels = {shown.row.code: shown.row.label for shown in plan}
    lines = [heading(_("Logbook"))]
    for entry in entries:
        lines += [*_entry(entry, labels), ""]
    lines.append(heading(_("Evidence of the plan")))
    lines += [f"{shown.row.label}: {shown.evidence or shown.reason or '–'}" for shown in plan]
    book = Logbook.objects.filter(project=project).first()
    if book is not None and book.sealed:
        lines += ["", heading(_("Seal")), book.head]
        lines += [f"{_('Confirmed')}: {book.confirmed_head}"] if book.confirmed else []
    yield text_part("05-logbook.txt", "\n".join(lines))


def _entry(entry: LogEntry, labels: dict[str, str]) -> Iterable[str]:
    more = f" (+ #{entry.adds_to.number})" if entry.adds_to else ""
    yield f"{entry.number}. {_day(entry.on)}{more} – {entry.written_by}, {_when(entry.created_at)}"
    yield from _indented(entry.activity)
    yield from (f"    {text}" for text in (labels.get(entry.row, ""), entry.value, entry.link) if text)
    yield from (f"    {file.name} – SHA-256 {file.sha256}" for file in entry.files.all())
    if entry.confirmed_at:
        yield f"    {_('Confirmed')}: {entry.confirmed_by}, {_when(entry.confirmed_at)}"
    if entry.digest:
        yield f"    {_('Seal')}: {entry.digest}"
    for remark in entry.remarks.all():
        yield f"    {remark.get_kind_display()} – {remark.author}, {_when(remark.at)}:"
        yield from _indented(remark.text, "        ")


def _consultations(project: Project) -> Iterator[Part]:
    rows = project.consultations.select_related("supporter", "written_by").order_by("held_on", "pk")
    lines = [heading(_("Consultations"))]
    for row in rows:
        lines.append(f"{_day(row.held_on)} – {row.get_role_display()}: {row.supporter}")
        lines.append(f"    {row.get_state_display()} ({row.written_by}, {_when(row.written_at)})")
        for label, text in (("discussed", row.discussed), ("agreed", row.agreed), ("reason", row.reason)):
            if text:
                name = _NAMES[label]
                lines += [f"    {name}:", *_indented(text, "        ")]
    if len(lines) > 1:
        yield text_part("06-consultations.txt", "\n".join(lines))


def _seminars(project: Project) -> Iterator[Part]:
    places = SeminarPlace.objects.filter(project=project).select_related("seminar__room")
    lines = [heading(_("Seminars"))]
    for place in places.order_by("seminar__starts_at"):
        slot = place.seminar
        lines.append(f"{slot.get_kind_display()} – {bookings.when(slot)}")
        lines.append(f"    {slot.room or slot.link}")
        if place.missed_at:
            lines.append(f"    {_('The project was not presented at the seminar')}")
        if slot.reason:
            lines += _indented(slot.reason)
    if len(lines) > 1:
        yield text_part("07-seminars.txt", "\n".join(lines))


def _scores(project: Project, reader: Reader) -> Iterator[Part]:
    """What was submitted, also what was replaced later, and every result that was locked.

    Who examines the project reads the others' scores of a seminar once their own are in, and the result in
    force.
    """
    roles = score_rights.as_reader(project, reader.roles, reader.user)
    standing = results.standing(project)
    seen = {
        occasion
        for occasion, seat in standing.seats.items()
        if score_rights.sees_others(seat, roles, reader.user)
    }
    given = ScoreSheet.objects.filter(project=project, submitted_at__isnull=False).select_related("user")
    lines = [heading(_("Scores"))]
    for sheet in given.order_by("submitted_at", "pk"):
        if sheet.occasion in seen or sheet.user_id == reader.user.pk:
            lines += [*_sheet(project, sheet), ""]
    for row in Settlement.objects.filter(project=project, occasion__in=seen).order_by("pk"):
        who = ", ".join(str(vote.user) for vote in row.votes.select_related("user"))
        lines += [f"{row.get_occasion_display()} – {_day(row.held_on)}: {row.total} ({who})"]
        lines += [f"    {code}: {mark}" for code, mark in row.marks.items()]
        lines += [*_indented(row.reason), ""]
    lines += _results(project, also_opened=score_rights.reads_all(roles))
    if len(lines) > 1:
        yield text_part("08-scores.txt", "\n".join(lines))


def _sheet(project: Project, sheet: ScoreSheet) -> Iterable[str]:
    given = _when(sheet.submitted_at) if sheet.submitted_at else "–"
    gone = f" ({_('replaced')} {_when(sheet.replaced_at)})" if sheet.replaced_at else ""
    yield f"{sheet.get_occasion_display()} – {sheet.user}, {given}: {sheet.total}{gone}"
    for component in results.occasions(project.version).get(Occasion(sheet.occasion), []):
        yield f"    {component.label}: {sheet.marks.get(component.code, '–')}"
        for one in component.all_criteria:
            yield f"        {one.label}: {sheet.levels.get(one.code, '–')}"
            yield from _indented(sheet.notes.get(one.code, ""), "            ")
    for text in (sheet.strengths, sheet.mending):
        yield from _indented(text)


def _results(project: Project, *, also_opened: bool) -> Iterable[str]:
    rows = project.results.select_related("locked_by").order_by("pk")
    for row in rows if also_opened else rows.filter(unlocked_at=None):
        found = results.predicate_named(project.version, row.predicate)
        label = f" – {found.label}" if found else ""
        yield f"{_('Result')}: {row.total}{label} ({row.locked_by}, {_when(row.locked_at)})"
        yield from (f"    {code}: {mark}" for code, mark in row.marks.items())
        if row.unlocked_at:
            yield f"    {_('opened again')} {_when(row.unlocked_at)}: {row.unlock_reason}"
        appeal = getattr(row, "appeal", None)
        if appeal is not None:
            yield f"    {_('Appeal')} {_when(appeal.made_at)} – {appeal.get_state_display()}"
            yield from _indented("\n".join(filter(None, [appeal.reason, appeal.answer])), "        ")


def _documents(project: Project, reader: Reader) -> Iterator[Part]:
    """Signed documents, minutes among them; a revoked one under a name that says so."""
    found = documents.of_project(project, reader.roles, reader.user)
    for row in sorted((one for one in found if one.file), key=lambda one: one.pk):
        revoked = "revoked-" if row.state == Document.State.REVOKED else ""
        yield file_part(f"documents/{revoked}{row.kind}-{safe_name(row.code)}.pdf", row.file)


SOURCES: list[Source] = [_files, _logbook, _consultations, _seminars]
READ_SOURCES: list[ReadSource] = [_scores, _documents]
