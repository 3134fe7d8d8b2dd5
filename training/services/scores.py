"""Scoring: a draft that is saved as often as one likes, and submitted once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training import results, scoring
from training.answers import LONGEST
from training.errors import GuardsUnmet, NotAllowed, Reason, SavedElsewhere, ScoresClosed
from training.models import Component, Event, Holder, Notice, Occasion, Project, ScoreSheet
from training.models.instruments import LEVELS, SEMINARS
from training.permissions import roles_in
from training.results import Standing
from training.services import notices
from training.services.audit import done_before, held, record
from training.services.standing import why_not

SUBMIT = "submit-scores"
STRENGTHS, MENDING = "strengths", "mending"


@dataclass(frozen=True, slots=True)
class Given:
    """What a form for scores carries; a level, mark or word that is not given is not in it."""

    levels: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, Decimal] = field(default_factory=dict)
    strengths: str = ""
    mending: str = ""


def closed_because(standing: Standing, occasion: Occasion, user: User) -> str:
    """Why ``user``, who has the part, can't score now; empty when they can."""
    seat = standing.seats[occasion]
    own = any(sheet.user_id == user.pk for sheet in seat.sheets)
    if still := why_not(standing.project):
        return still
    if standing.result is not None:
        return _("The result is locked. A coordinator can open it again, with a reason.")
    if occasion == Occasion.COORDINATOR:
        return ""
    if standing.is_reopened:
        given_by_others = bool(seat.sheets) and not own
        if occasion in SEMINARS and given_by_others:
            return _("Only who scored this seminar can correct the scores.")
        return ""
    if own or (seat.sheets and occasion not in SEMINARS):
        return _("These scores were submitted and stay as they are.")
    return "" if seat.is_open else _("The project is not where this is scored.")


def save_draft(*, project: Project, occasion: Occasion, actor: User, given: Given, saved: int) -> int:
    """Keep scores that are not submitted yet; the number of the last save.

    ``saved`` is the number the form was opened with. Raises ``NotAllowed`` for somebody without the part,
    ``ScoresClosed``, ``SavedElsewhere`` when another device saved since, ``GuardsUnmet`` for what no form
    offers.
    """
    with transaction.atomic():
        current = held(project)
        _enter(current, occasion, actor)
        return _keep(current, occasion, actor, given, saved).saved


def submit(
    *, project: Project, occasion: Occasion, actor: User, given: Given, saved: int, submit_key: uuid.UUID
) -> Event:
    """Submit scores: from now on they stay as they are, and examiners see those of the others.

    The same ``submit_key`` again changes nothing. Raises as ``save_draft``; ``GuardsUnmet`` names by
    ``question`` what is missing, and nothing is written then.
    """
    with transaction.atomic():
        current = held(project)
        if done := done_before(current, code=SUBMIT, by=actor, submit_key=submit_key):
            return done
        standing = _enter(current, occasion, actor)
        components = standing.seats[occasion].components
        if reasons := missing(components, given, occasion):
            raise GuardsUnmet(reasons)
        draft = _keep(current, occasion, actor, given, saved)
        _replace(standing, occasion, actor)
        draft.marks, draft.total = marks_of(components, given)
        draft.submitted_at = timezone.now()
        draft.save(update_fields=["marks", "total", "submitted_at"])
        event = record(
            project=current, code=SUBMIT, by=actor, submit_key=submit_key, note="", role=occasion.role
        )
        _tell_of_divergence(current, occasion)
    return event


def missing(components: list[Component], given: Given, occasion: Occasion) -> list[str]:
    """What a form still lacks before it can be submitted, each with the code of its field."""
    found: list[str] = []
    for component in components:
        for criterion in component.all_criteria:
            if criterion.code not in given.levels:
                text = _("Choose a level for “%(criterion)s”.") % {"criterion": criterion.label}
                found.append(Reason(text, question=criterion.code))
        if not component.all_criteria and component.code not in given.entries:
            text = _("Enter a mark from 0 to 100 for “%(component)s”.") % {"component": component.label}
            found.append(Reason(text, question=component.code))
    if occasion in SEMINARS and not given.mending.strip():
        found.append(Reason(_("Write what is to be mended, or that nothing is."), question=MENDING))
    return found


def marks_of(components: list[Component], given: Given) -> tuple[dict[str, str], Decimal]:
    """The mark of each component as it is kept, and the total of the form."""
    marks = {}
    for component in components:
        weights = {one.code: one.weight for one in component.all_criteria}
        levels = {code: given.levels[code] for code in weights}
        mark = scoring.of_levels(levels, weights) if weights else given.entries[component.code]
        marks[component.code] = scoring.rounded(mark)
    total = scoring.weighted(marks, {component.code: component.weight for component in components})
    return {code: str(mark) for code, mark in marks.items()}, total


def draft_of(project: Project, occasion: Occasion, user: User) -> ScoreSheet | None:
    """What ``user`` saved and has not submitted."""
    return ScoreSheet.objects.filter(project=project, occasion=occasion, user=user, submitted_at=None).first()


def _enter(project: Project, occasion: Occasion, actor: User) -> Standing:
    """The scores as they stand. Raises ``NotAllowed``, ``ScoresClosed``."""
    standing = results.standing(project)
    if occasion not in standing.seats or occasion.role not in roles_in(project, actor):
        raise NotAllowed(occasion)
    if reason := closed_because(standing, occasion, actor):
        raise ScoresClosed(reason)
    return standing


def _keep(project: Project, occasion: Occasion, actor: User, given: Given, saved: int) -> ScoreSheet:
    _must_be_asked(results.occasions(project.version)[occasion], given)
    draft, made = ScoreSheet.objects.get_or_create(
        project=project, occasion=occasion, user=actor, submitted_at=None
    )
    if not made and draft.saved != saved:
        raise SavedElsewhere(occasion)
    draft.levels, draft.notes = dict(given.levels), dict(given.notes)
    draft.entries = {code: str(scoring.rounded(mark)) for code, mark in given.entries.items()}
    draft.strengths, draft.mending = given.strengths, given.mending
    draft.saved, draft.saved_at = F("saved") + 1, timezone.now()
    draft.save()
    draft.refresh_from_db(fields=["saved"])
    return draft


def _must_be_asked(components: list[Component], given: Given) -> None:
    """Raises ``GuardsUnmet`` for levels, notes or marks of what is not asked, and for endless words."""
    criteria = {criterion.code for component in components for criterion in component.all_criteria}
    plain = {component.code for component in components if not component.all_criteria}
    sound = (
        given.levels.keys() <= criteria
        and given.notes.keys() <= criteria
        and given.entries.keys() <= plain
        and all(level in LEVELS for level in given.levels.values())
        and all(0 <= mark <= scoring.HUNDRED for mark in given.entries.values())
    )
    if not sound:
        raise GuardsUnmet([_("Choose one of the answers offered.")])
    for code, text in {**given.notes, STRENGTHS: given.strengths, MENDING: given.mending}.items():
        if len(text) > LONGEST:
            words = _("The note is too long: at most %(limit)d characters can be kept.") % {"limit": LONGEST}
            raise GuardsUnmet([Reason(words, question=code)])


def _replace(standing: Standing, occasion: Occasion, actor: User) -> None:
    """End what the new sheet stands for: one's own, and where one person scores, whoever's it was."""
    earlier = [
        sheet.pk
        for sheet in standing.seats[occasion].sheets
        if sheet.user_id == actor.pk or occasion not in SEMINARS
    ]
    ScoreSheet.objects.filter(pk__in=earlier).update(replaced_at=timezone.now())


def _tell_of_divergence(project: Project, occasion: Occasion) -> None:
    seat = results.standing(project).seats[occasion]
    if not seat.diverges or seat.counting is not None:
        return
    people = notices.holders(project, Holder.EXAMINER) | notices.holders(project, Holder.COORDINATOR)
    sheets = "-".join(str(sheet.pk) for sheet in seat.sheets)
    cause = f"divergence:{project.pk}:{sheets}"[:120]
    notices.tell(people=people, project=project, kind=Notice.Kind.DIVERGENCE, cause=cause)
