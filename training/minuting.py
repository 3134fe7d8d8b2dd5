"""What the minutes of a seminar say, from the rows as they were when it was closed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.models import User
from training import scoring
from training.minutes import Criterion, Minutes, Part, Sealed, Voice, draw_minutes
from training.models import (
    Assignment,
    Document,
    Event,
    Holder,
    Occasion,
    Project,
    ScoreSheet,
    Seminar,
    SeminarPlace,
    Settlement,
)
from training.models.seminars import taken
from training.results import occasions
from training.score_rights import closed_by

ONLINE = "Daring"
"""Where a seminar was held that had a meeting link instead of a room; the link is nobody else's to follow."""

TITLES = {
    Occasion.DESIGN_SEMINAR: "Berita acara seminar rancangan",
    Occasion.RESULT_SEMINAR: "Berita acara seminar hasil",
}


def minutes_of(project: Project, occasion: Occasion, closing: Event) -> Minutes:
    """The minutes of the seminar that ``closing`` ended, in Indonesian; later corrections are not in them.

    Day and place are those of the project's slot. Five queries and those of the version's rules.
    """
    with translation.override("id"):
        return _minutes(project, occasion, closing)


def signed_minutes(document: Document, address: str) -> bytes:
    """The minutes that ``document`` stands for, as PDF, not signed yet.

    ``address`` is where they are checked. Raises ``LookupError`` when its event closed no seminar.
    """
    event = document.event
    found = minutes_of(document.project, _closed(event), event)
    with translation.override("id"):
        day = date_format(timezone.localtime(event.at), "j F Y, H:i T")
        role = str(Holder(document.role).label)
    sealed = Sealed(document, address, f"Ditutup oleh {document.decider} ({role}) pada {day}.")
    # What the paper says stays as it was when it was reserved.
    said = replace(
        found,
        project=document.title,
        programme=document.programme,
        institution=document.institution,
        batch=document.batch,
        is_demo=document.is_demo,
    )
    return draw_minutes(said, sealed=sealed)


def parts_in(event: Event) -> list[tuple[Holder, User]]:
    """Everybody whose name stands in the minutes of the seminar that ``event`` closed, each with their part.

    One of several parts comes more than once.
    """
    project = event.project
    helpers = [(Holder(part.role), part.user) for part in _helpers(project, event)]
    judges = [(Holder.EXAMINER, sheet.user) for sheet in _sheets(project, _closed(event), event)]
    return [(Holder.PARTICIPANT, project.owner), *helpers, *judges]


def _closed(event: Event) -> Occasion:
    occasion = closed_by(event.project.version, event)
    if occasion is None:
        raise LookupError(f"event {event.pk} closed no seminar")
    return occasion


def _sheets(project: Project, occasion: Occasion, closing: Event) -> list[ScoreSheet]:
    """What counted when it was closed."""
    rows = ScoreSheet.objects.filter(
        Q(replaced_at=None) | Q(replaced_at__gt=closing.at),
        project=project,
        occasion=occasion,
        submitted_at__lte=closing.at,
    )
    return list(rows.select_related("user").order_by("pk"))


def _slot(project: Project, occasion: Occasion, closing: Event) -> Seminar | None:
    """The slot it was presented in: none that it had missed; one that has begun stays as it was."""
    kind = Seminar.Kind.DESIGN if occasion == Occasion.DESIGN_SEMINAR else Seminar.Kind.RESULT
    rows = SeminarPlace.objects.filter(
        taken() | Q(missed_at__gt=closing.at),
        project=project,
        kind=kind,
        seminar__starts_at__lte=closing.at,
    )
    place = rows.select_related("seminar__room").order_by("-seminar__starts_at").first()
    return place.seminar if place else None


def _minutes(project: Project, occasion: Occasion, closing: Event) -> Minutes:
    sheets = _sheets(project, occasion, closing)
    slot = _slot(project, occasion, closing)
    settlement = _settlement(project, occasion, closing, sheets)
    totals = [sheet.total or Decimal(0) for sheet in sheets]
    parts = _parts(project, occasion, sheets, settlement)
    return Minutes(
        title=TITLES[occasion],
        programme=project.version.label,
        institution=project.batch.institution.label if project.batch else "",
        batch=project.batch.name if project.batch else "",
        project=project.title,
        held_on=timezone.localdate(slot.starts_at if slot else closing.at),
        place=(str(slot.room) if slot.room else ONLINE) if slot else "",
        people=_people(project, sheets, closing),
        voices=[
            Voice(str(sheet.user), sheet.total or Decimal(0), sheet.strengths, sheet.mending)
            for sheet in sheets
        ],
        parts=parts,
        mark=_mark(project, occasion, parts),
        note=closing.note,
        divergence=_divergence(project, totals, settlement),
        is_demo=bool(project.batch and project.batch.is_demo),
    )


def _settlement(
    project: Project, occasion: Occasion, closing: Event, sheets: list[ScoreSheet]
) -> Settlement | None:
    found = Settlement.objects.filter(project=project, occasion=occasion, made_at__lte=closing.at).last()
    return found if found and found.sheets == [sheet.pk for sheet in sheets] else None


def _people(project: Project, sheets: list[ScoreSheet], closing: Event) -> list[tuple[str, str]]:
    """Participant, mentor and coach as they were, and who scored."""
    return [
        (str(Holder.PARTICIPANT.label), str(project.owner)),
        *((str(Holder(part.role).label), str(part.user)) for part in _helpers(project, closing)),
        *((str(Holder.EXAMINER.label), str(sheet.user)) for sheet in sheets),
    ]


def _helpers(project: Project, closing: Event) -> list[Assignment]:
    then = Assignment.objects.filter(
        Q(until=None) | Q(until__gt=closing.at),
        project=project,
        role__in=(Holder.MENTOR, Holder.COACH),
        accepted_at__lte=closing.at,
    )
    return list(then.select_related("user").order_by("-role"))


def _parts(
    project: Project, occasion: Occasion, sheets: list[ScoreSheet], settlement: Settlement | None
) -> list[Part]:
    places = scoring.counted([sheet.total or Decimal(0) for sheet in sheets], project.version.divergence)
    counting = [sheets[place] for place in places or []]
    found = []
    for component in occasions(project.version)[occasion]:
        criteria = [
            Criterion(
                one.label,
                one.weight,
                [sheet.levels.get(one.code) for sheet in sheets],
                [(str(sheet.user), sheet.notes[one.code]) for sheet in sheets if sheet.notes.get(one.code)],
            )
            for one in component.all_criteria
        ]
        given = [sheet.mark_of(component.code) for sheet in sheets]
        if settlement:
            mark = Decimal(settlement.marks[component.code])
        else:
            mark = scoring.mean(sheet.mark_of(component.code) for sheet in counting or sheets)
        found.append(Part(component.label, component.weight, criteria, given, mark))
    return found


def _mark(project: Project, occasion: Occasion, parts: list[Part]) -> Decimal:
    weights = {one.code: one.weight for one in occasions(project.version)[occasion]}
    return scoring.weighted(dict(zip(weights, [part.mark for part in parts], strict=True)), weights)


def _divergence(project: Project, totals: list[Decimal], settlement: Settlement | None) -> list[str]:
    """How far apart the totals lay and how it was settled; nothing where they did not."""
    limit = project.version.divergence
    if len(totals) < 2 or scoring.gap(totals) < limit:
        return []
    lines = [f"Selisih nilai total antarpenguji {scoring.gap(totals)} poin (batas {limit})."]
    if settlement is None:
        lines.append(
            "Diselesaikan dengan penguji ketiga: nilai yang dihitung adalah rata-rata dua nilai terdekat."
        )
        return lines
    names = ", ".join(str(vote.user) for vote in settlement.votes.select_related("user"))
    lines.append(
        f"Diselesaikan dalam rapat tanggal {settlement.held_on:%d-%m-%Y}; dinyatakan setuju oleh: {names}."
    )
    lines.append(f"Alasan: {settlement.reason}")
    return lines
