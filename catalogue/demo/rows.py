"""The coded facts of an invented record and the rows beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from django.db import models

from catalogue.demo.chance import Weighted, zipf
from catalogue.demo.themes import Indicator, themes, words
from catalogue.models import (
    Actor,
    AwardReceived,
    InnovationPage,
    Laboratory,
    Milestone,
    Outcome,
    OutcomeIndicator,
    Programme,
    Resource,
    StatusEntry,
    Tag,
)
from catalogue.models.terms import Scheme

if TYPE_CHECKING:
    from catalogue.demo.synthetic import Facts
    from catalogue.demo.writer import Writer

LAST_DAY = date(2026, 6, 30)
_LAST_YEAR = 2026
_COMMON_TAGS = [
    "kolaborasi",
    "kemitraan",
    "digital",
    "inovasi",
    "pelayanan",
    "aplikasi",
    "data",
    "warga",
    "komunitas",
    "partisipasi",
    "pemberdayaan",
    "edukasi",
    "layanan-terpadu",
    "percepatan",
    "transparansi",
    "integrasi",
    "gotong-royong",
    "replikasi",
    "pendampingan",
]
_AWARDS = [
    "top-99-inovasi-pelayanan-publik",
    "top-45-inovasi-pelayanan-publik",
    "finalis-top-inovasi-pelayanan-publik",
    "top-40-inovasi-pelayanan-publik",
    "un-public-service-award",
]
_PROGRAMMES = Weighted(
    ["latsar", "pkp", "pka", "lomba", "pkn-2", "labinov", "mandiri", "pkn-1"], [40, 18, 12, 10, 8, 6, 4, 2]
)
_LABORATORY = "laboratorium-inovasi-lan"
_LAB_STAGES = ("drum-up", "diagnose", "design", "deliver", "display")
_ORIGINALITY = Weighted(["new", "modified", ""], [45, 25, 30])
_COST = Weighted(["", "none", "under-50", "50-200", "200-1000", "over-1000"], [55, 10, 16, 11, 6, 2])
_ACTORS = (("academia", 0.25), ("business", 0.2), ("community", 0.4), ("government", 0.1), ("media", 0.05))
_BATCHES = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class RowMaker:
    """Draws coded facts and rows; keys of the vocabularies are read once."""

    def __init__(self, terms: Mapping[tuple[str, str], int]) -> None:
        self.terms = terms
        self.tag_keys = dict(Tag.objects.values_list("slug", "pk"))
        self.programmes = dict(Programme.objects.values_list("code", "pk"))
        self.laboratories = dict(Laboratory.objects.values_list("code", "pk"))
        self.indicators = {row.code: row for row in OutcomeIndicator.objects.all()}
        self.theme_tags = {theme.code: zipf([*theme.tags]) for theme in themes()}
        self.common_tags = zipf(_COMMON_TAGS)
        self.values = zipf(self._codes(Scheme.VALUE), 0.6)
        self.goals = self._codes(Scheme.SDG)
        self.kinds = self._codes(Scheme.TYPE)
        self.actor_types = Weighted([code for code, _ in _ACTORS], [weight for _, weight in _ACTORS])

    def columns(self, facts: Facts) -> dict[str, Any]:
        """Coded facts of the page itself."""
        chance, topic = facts.chance, facts.topic
        kind = topic.means.kind if chance.random() < 0.85 else chance.choice(self.kinds)
        originality = "replicated" if facts.origin is not None else _ORIGINALITY.draw(chance)
        columns = {
            "sector_id": self._term(Scheme.SECTOR, topic.theme.sector),
            "matter_id": self._term(Scheme.MATTER, topic.theme.matter),
            "innovation_type_id": self._term(Scheme.TYPE, kind),
            "stage_id": self._term(Scheme.STAGE, facts.stage),
            "status_id": self._term(Scheme.STATUS, facts.status),
            "originality_id": self._term(Scheme.ORIGINALITY, originality),
            "cost_band_id": self._term(Scheme.COST_BAND, _COST.draw(chance)),
            "is_digital": None if chance.random() < 0.03 else topic.means.digital,
            "year_started": facts.year,
            "willing_to_share": chance.choice((None, True, True, False)),
        }
        return columns | (self._programme(facts) if chance.random() < 0.18 else {})

    def tags(self, facts: Facts) -> Sequence[int]:
        chance = facts.chance
        codes = self.theme_tags[facts.topic.theme.code].several(chance, chance.randint(2, 5))
        if chance.random() < 0.6:
            codes += self.common_tags.several(chance, chance.randint(1, 2))
        return [self.tag_keys[code] for code in dict.fromkeys(codes) if code in self.tag_keys]

    def many_valued(self, facts: Facts) -> dict[str, Sequence[int]]:
        chance = facts.chance
        goals = {str(goal) for goal in facts.topic.theme.sdgs[: chance.randint(1, 3)]}
        if chance.random() < 0.15:
            goals.add(chance.choice(self.goals))
        values = self.values.several(chance, chance.randint(1, 4))
        return {
            "sdgs": [self.terms[Scheme.SDG.value, goal] for goal in sorted(goals, key=int)],
            "core_values": [self.terms[Scheme.VALUE.value, value] for value in values],
        }

    def rows(self, facts: Facts, writer: Writer, page: InnovationPage) -> list[models.Model]:
        """Rows beside the page; a dated status is also the page's last confirmation."""
        history = self._history(facts)
        if history:
            page.status_confirmed_on = history[-1].date
        return [*self._outcomes(facts), *history, *self._others(facts, writer)]

    def _programme(self, facts: Facts) -> dict[str, Any]:
        chance, code = facts.chance, _PROGRAMMES.draw(facts.chance)
        columns: dict[str, Any] = {"programme_id": self.programmes[code]}
        if code == "labinov":
            columns["laboratory_id"] = self.laboratories[_LABORATORY]
            columns["lab_stage_id"] = self._term(Scheme.LAB_STAGE, chance.choice(_LAB_STAGES))
        elif code not in ("lomba", "mandiri"):
            columns["batch"] = f"Angkatan {chance.choice(_BATCHES)} Tahun {facts.since}"
        return columns

    def _history(self, facts: Facts) -> list[StatusEntry]:
        if facts.status == "unknown":
            return []
        chance = facts.chance
        first = _day(chance, date(min(facts.since, _LAST_YEAR - 1) + 1, 1, 1))
        statuses = ["active", facts.status] if chance.random() < 0.3 else [facts.status]
        days = [first, _day(chance, first)][: len(statuses)]
        return [
            StatusEntry(
                status_id=self.terms[Scheme.STATUS.value, status],
                date=day,
                source="Data contoh",
                sort_order=order,
            )
            for order, (status, day) in enumerate(zip(statuses, days, strict=True))
        ]

    def _outcomes(self, facts: Facts) -> list[Outcome]:
        ranges = {indicator.code: indicator for indicator in facts.topic.theme.indicators}
        return [self._outcome(facts, ranges[code], order) for order, code in enumerate(facts.indicators)]

    def _outcome(self, facts: Facts, wanted: Indicator, order: int) -> Outcome:
        chance, indicator = facts.chance, self.indicators[wanted.code]
        before = chance.uniform(wanted.low, wanted.high)
        better = chance.uniform(0.2, 0.85) if indicator.direction == "down" else chance.uniform(1.1, 2.6)
        if indicator.unit in ("persen", "nilai 0–100") and indicator.direction == "up":
            better = min(better, 98 / before)
        return Outcome(
            indicator_id=indicator.pk,
            name_id=indicator.label_id,
            name_en=indicator.label_en,
            unit=indicator.unit,
            baseline=_rounded(before) if chance.random() < 0.65 else None,
            target=_rounded(before * better) if chance.random() < 0.4 else None,
            actual=_rounded(before * better * chance.uniform(0.9, 1.1)) if chance.random() < 0.94 else None,
            year=min(facts.since + chance.randint(1, 3), _LAST_YEAR),
            method=chance.choice(words()["methods"]) if chance.random() < 0.5 else "",
            sort_order=order,
        )

    def _others(self, facts: Facts, writer: Writer) -> list[models.Model]:
        chance = facts.chance
        found: list[models.Model] = []
        if chance.random() < 0.04 and facts.since < _LAST_YEAR - 1:
            award, year = chance.choice(_AWARDS), chance.randint(facts.since + 1, _LAST_YEAR - 1)
            found.append(AwardReceived(award_id=self.terms[Scheme.AWARD.value, award], year=year))
        if chance.random() < 0.2:
            found += self._milestones(facts, writer)
        if chance.random() < 0.3:
            found.append(
                Actor(
                    name=writer.slots["partner_cap"],
                    actor_type_id=self.terms[Scheme.ACTOR_TYPE.value, self.actor_types.draw(chance)],
                    role_id=self.terms[Scheme.ACTOR_ROLE.value, "partner"],
                )
            )
        if chance.random() < 0.1:
            found.append(
                Resource(
                    kind_id=self.terms[Scheme.RESOURCE_KIND.value, "budget"],
                    year=facts.since,
                    amount=_rounded(chance.uniform(5, 400)),
                    unit="juta rupiah",
                )
            )
        return found

    def _milestones(self, facts: Facts, writer: Writer) -> list[Milestone]:
        day, found = date(facts.since, 1, 1), []
        for order, title in enumerate(words()["milestones"][: facts.chance.randint(2, 5)]):
            day = min(day + timedelta(days=facts.chance.randint(20, 150)), LAST_DAY)
            found.append(Milestone(title=writer.fill(title), date=day, sort_order=order))
        return found

    def _term(self, scheme: Scheme, code: str) -> int | None:
        return self.terms[scheme.value, code] if code else None

    def _codes(self, scheme: Scheme) -> list[str]:
        return [code for name, code in self.terms if name == scheme.value]


def _day(chance: Random, earliest: date) -> date:
    span = max((LAST_DAY - earliest).days, 0)
    return min(earliest, LAST_DAY) + timedelta(days=chance.randint(0, span))


def _rounded(value: float) -> Decimal:
    """As many digits as somebody would report."""
    if value >= 1000:
        return Decimal(round(value, -1)).quantize(Decimal(1))
    return Decimal(str(round(value, 0 if value >= 30 else 1)))
