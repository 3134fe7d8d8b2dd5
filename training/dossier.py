"""Everything about one project in one archive: for its coordinators to keep.

``SOURCES`` is the registry: another part of training adds what it holds of a project by one line there, or in
``READ_SOURCES`` where not every coordinator reads all of it. Names stay the same whatever the language; texts
are plain text, so nothing in them can act.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.services import codes
from home.archives import StreamedArchive
from training import dossier_rooms
from training.boards import joined
from training.dossier_parts import Part, Reader, Source, file_part, heading, safe_name, text_part
from training.fields import Field, shown_fields, total_lines
from training.models import Assignment, Certificate, Event, Holder, Project
from training.models.projects import shown_as
from training.services.coordination import LABELS

MANIFEST, SUMS = "manifest.json", "SHA256SUMS.txt"


__all__ = ["READ_SOURCES", "SOURCES", "Part", "Reader", "file_part", "pieces", "safe_name", "text_part"]


def _answers(project: Project) -> Iterator[Part]:
    yield text_part("01-answers.txt", _written(project, project.answers, project.title))


def _revisions(project: Project) -> Iterator[Part]:
    states = {state.code: state.label for state in project.version.all_states}
    for row in project.revisions.select_related("made_by").order_by("number"):
        when = date_format(timezone.localtime(row.made_at), "j F Y H:i")
        head = _("Revision %(number)d, %(when)s, %(who)s, for “%(state)s”") % {
            "number": row.number,
            "when": when,
            "who": row.made_by,
            "state": states.get(row.state_code, row.state_code),
        }
        text = f"{head}\n\n{_written(project, row.answers, row.title)}"
        yield text_part(f"revisions/{row.number:03d}.txt", text)


def _written(project: Project, answers: Mapping[str, Any], title: str) -> str:
    parts = [heading(title or _("Project without a title"))]
    for step in project.version.all_steps:
        parts.append(heading(step.label))
        parts += [_answer(field) for field in shown_fields(step, dict(answers))]
    return "\n".join(parts)


def _answer(field: Field) -> str:
    lines = [f"{field.question.label}:"]
    if field.is_empty:
        lines.append("–")
    elif field.is_table:
        for row in field.rows:
            lines.append(f"  {row.number}.")
            lines += [f"     {cell.label}: {cell.shown}" for cell in row.cells if cell.value]
            lines += [f"     {label}: {number}" for label, number in total_lines(row.total)]
    elif field.records:
        lines += field.cell.value.split("\n")  # with the keys, which outlive titles
    else:
        lines.append(field.cell.shown)
    return "\n".join([*lines, ""])


def _people(project: Project) -> Iterator[Part]:
    said_yes = bool(joined([project]))
    owner = shown_as(project.owner, said_yes=said_yes, asked_as=project.asked_as)
    lines = [
        heading(_("People")),
        f"{Holder.PARTICIPANT.label}: {owner}",
        f"{_('Agency')}: {codes.agency_label(project.agency_id, translation.get_language() or 'id')}",
    ]
    for row in Assignment.objects.filter(project=project).select_related("user").order_by("since", "pk"):
        until = row.until.date().isoformat() if row.until else ""
        lines.append(f"{row.get_role_display()}: {row.shown} ({row.since.date().isoformat()}–{until})")
    yield text_part("02-people.txt", "\n".join(lines))


def _events(project: Project) -> Iterable[Event]:
    return project.events.select_related("actor").prefetch_related("replies").order_by("number")


def _history(project: Project) -> Iterator[Part]:
    states = {state.code: state.label for state in project.version.all_states}
    lines = [heading(_("What happened"))]
    for event in _events(project):
        when = date_format(timezone.localtime(event.at), "j F Y H:i")
        what = LABELS.get(event.code) or " → ".join(
            states.get(code, code) for code in (event.source, event.target)
        )
        who = str(event.actor) if event.actor else _("The catalogue")
        lines.append(f"{event.number}. {when} – {what} – {who} ({event.get_role_display()})")
        lines += [f"    {line}" for line in event.note.splitlines()]
        lines += [f"    {code}: {note}" for code, note in event.field_notes.items()]
        lines += [f"    {_('Reply')} {row.question or '–'}: {row.text}" for row in event.replies.all()]
    yield text_part("03-history.txt", "\n".join(lines))


def _originality(project: Project) -> Iterator[Part]:
    for number, row in enumerate(project.originality_checks.order_by("pk"), start=1):
        text = json.dumps({"text": row.text, "found": row.found}, ensure_ascii=False, indent=1, default=str)
        yield text_part(f"originality/{number:03d}.txt", text)


def _follow_ups(project: Project) -> Iterator[Part]:
    for row in project.follow_ups.exclude(answered_at=None):
        lines = [row.get_answer_display(), row.place, row.reason, row.evidence]
        lines += [f"{name}: {number}" for name, number in row.numbers.items()]
        yield text_part(f"follow-up/{row.months:02d}-months.txt", "\n".join(line for line in lines if line))


def _certificate(project: Project) -> Iterator[Part]:
    row = Certificate.objects.filter(project=project, state=Certificate.State.ISSUED).first()
    if row is not None and row.file:
        yield file_part(f"certificate/{safe_name(row.code)}.pdf", row.file)


SOURCES: list[Source] = [
    _answers, _people, _history, _revisions, _originality, *dossier_rooms.SOURCES, _follow_ups, _certificate,
]  # fmt: skip
"""What a dossier is made of, in its order. A source gives its parts in an order of its own that is fixed."""

READ_SOURCES = dossier_rooms.READ_SOURCES
"""What comes after them, as the reader may read it."""


def pieces(project: Project, reader: Reader | None = None) -> Iterator[bytes]:
    """The archive, piece by piece, in the active language; the same project and reader give the same bytes.

    Without a reader it has nothing of ``READ_SOURCES``.

    Last come the manifest and a list of digests that ``sha256sum -c`` reads. The dossier's own digest is that
    of this list: an archive can't hold its own.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    archive, parts = StreamedArchive(), _all(project, reader)
    while True:
        # The response is read after the request's language was put away.
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            break
        yield from archive.add(part.name, part.chunks)
    sums = "".join(f"{digest}  {name}\n" for name, digest in archive.digests.items())
    manifest = {
        "project": str(project.key),
        "programme": project.version.code,
        "files": [{"name": name, "sha256": digest} for name, digest in archive.digests.items()],
        "dossier_sha256": hashlib.sha256(sums.encode()).hexdigest(),
    }
    yield from archive.add(MANIFEST, [json.dumps(manifest, ensure_ascii=False, indent=1).encode()])
    yield from archive.add(SUMS, [sums.encode()])
    yield archive.close()


def _all(project: Project, reader: Reader | None) -> Iterator[Part]:
    """Every part under a name of its own."""
    seen: set[str] = set()
    for part in _given(project, reader):
        name, number = part.name, 1
        while name in seen:
            number += 1
            stem, dot, ending = part.name.rpartition(".")
            name = f"{stem or ending}-{number}{dot if stem else ''}{ending if stem else ''}"
        seen.add(name)
        yield Part(name, part.chunks)


def _given(project: Project, reader: Reader | None) -> Iterator[Part]:
    for source in SOURCES:
        yield from source(project)
    if reader is not None:
        for read in READ_SOURCES:
            yield from read(project, reader)
