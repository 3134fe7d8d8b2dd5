"""How severe examiners are beside those who scored the same seminars. For coordinators alone.

Of each examiner: the mean, over the seminars that others scored too, of the own total minus the mean of the
others' totals. Below 0 is more severe, above 0 more lenient, in points of the scale 0 to 100:

    deviation = 1/n · Σ (own total − mean of the co-examiners' totals)

Deviation of a rater's mean from that of the raters of the same people is the usual operational definition of
leniency and severity: Saal, Downey and Lahey (1980), "Rating the ratings", Psychological Bulletin 88(2),
413–428. The own total is left out of the mean it is compared with, so that one's own weight does not hide
the difference. Below ``LEAST`` shared seminars there is no figure: it would say more of chance than of the
examiner.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from training.models import Batch, ScoreSheet
from training.models.instruments import SEMINARS
from training.scoring import rounded

LEAST = 5
"""Seminars scored together with others that a figure needs."""


@dataclass(frozen=True, slots=True)
class Severity:
    """One examiner: seminars scored with others, and the deviation in points, none for too few."""

    examiner: User
    shared: int
    deviation: Decimal | None


def severities(batch: Batch) -> list[Severity]:
    """The examiners of ``batch`` by name; one query, whatever its size. Only scores that count."""
    rows = ScoreSheet.objects.filter(
        project__batch=batch, occasion__in=SEMINARS, submitted_at__isnull=False, replaced_at=None
    ).select_related("user")
    seminars: dict[tuple[int, str], list[ScoreSheet]] = defaultdict(list)
    for sheet in rows.defer("levels", "notes", "strengths", "mending"):
        seminars[sheet.project_id, sheet.occasion].append(sheet)
    people: dict[int, User] = {}
    apart: dict[int, list[Decimal]] = defaultdict(list)
    for sheets in seminars.values():
        for sheet in sheets:
            people[sheet.user_id] = sheet.user
            others = [one.total or Decimal(0) for one in sheets if one is not sheet]
            if others:
                mean = sum(others, Decimal(0)) / len(others)
                apart[sheet.user_id].append((sheet.total or Decimal(0)) - mean)
    found = [_severity(people[key], apart[key]) for key in people]
    return sorted(found, key=lambda one: str(one.examiner).casefold())


def _severity(examiner: User, apart: list[Decimal]) -> Severity:
    enough = len(apart) >= LEAST
    deviation = rounded(sum(apart, Decimal(0)) / len(apart)) if enough else None
    return Severity(examiner, len(apart), deviation)
