"""Invented records: the n-th of a seed is always the same, whatever the size of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.text import slugify
from wagtail.models import Locale, Page

from catalogue.demo.chance import Weighted, seeded, zipf
from catalogue.demo.rows import RowMaker
from catalogue.demo.themes import Means, Phrase, Theme, themes, words
from catalogue.demo.writer import Subject, Writer
from catalogue.models import Agency, InnovationPage, OutcomeIndicator, Term
from catalogue.services.bulk import NewInnovation

SOURCE = "Data contoh: catatan rekaan, bukan inovasi nyata"
GROUP = 40
"""Records are made in groups; one of each is copied by two others of the same group."""
ORIGIN, COPIES = 7, (17, 30)
DRAFT, PRIVATE = 37, 61
"""Of every hundred records one is a draft and one is in a private section."""

_NAMESPACE = uuid5(NAMESPACE_URL, "https://katalog-inovasi.invalid/demo")
_GOVERNMENT = re.compile(r"gov-\d\d(\.\d\d)?")
_FIRST = datetime(2023, 1, 2, 1, tzinfo=UTC)
_YEARS = Weighted(range(2014, 2027), [2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 8, 7, 3])
_STAGES = Weighted(["idea", "design", "pilot", "implemented", "evaluated"], [4, 6, 18, 52, 20])
_STATUSES = Weighted(["active", "growing", "stopped", "unknown"], [45, 15, 10, 30])


def key_of(seed: int, number: int) -> UUID:
    """The translation key of a record; also how it is found again."""
    return uuid5(_NAMESPACE, f"{seed}:{number}")


def batch_of(seed: int) -> str:
    """What records of one seed carry as their import batch."""
    return f"demo-{seed}"


def number_of(source_id: str) -> int:
    return int(source_id.rpartition("-")[2])


@dataclass(frozen=True)
class Owner:
    """An agency with the words for where it works; ``name`` is what its units add to theirs."""

    pk: int
    code: str
    name: str
    place: str
    place_en: str
    national: bool


@dataclass(frozen=True)
class Topic:
    """What a record is about."""

    theme: Theme
    service: Phrase
    means: Means


@dataclass(frozen=True)
class Facts:
    """What is decided about a record before it is put into words and rows."""

    number: int
    chance: Random
    owner: Owner
    topic: Topic
    indicators: Sequence[str]
    stage: str
    status: str
    year: int | None
    origin: int | None
    live: bool
    private: bool

    @property
    def since(self) -> int:
        return self.year or 2020


class Maker:
    """Makes the records of one seed below the given pages."""

    def __init__(self, *, seed: int, parents: dict[str, Page], private: Page) -> None:
        self.seed = seed
        self.parents = parents
        self.private = private
        self.locales = dict(Locale.objects.values_list("language_code", "pk"))
        terms = Term.objects.filter(year=0).values_list("scheme", "code", "pk")
        self.terms: dict[tuple[str, str], int] = {(scheme, code): pk for scheme, code, pk in terms}
        self.themes = Weighted(themes(), [theme.weight for theme in themes()])
        self.rows = RowMaker(self.terms)

    @cached_property
    def owners(self) -> Weighted[Owner]:
        """Every government and the national agencies the themes name, the busiest first."""
        named = {code for theme in themes() for code in theme.national}
        agencies = Agency.objects.select_related("region").order_by("code")
        found = [
            _owner(agency)
            for agency in agencies.without_tree_fields()
            if _GOVERNMENT.fullmatch(agency.code) or agency.code in named
        ]
        seeded(self.seed, "owners").shuffle(found)
        return zipf(found, 0.85)

    @cached_property
    def governments(self) -> Weighted[Owner]:
        return zipf([owner for owner in self.owners.items if not owner.national], 0.85)

    @cached_property
    def indicator_names(self) -> dict[str, str]:
        return dict(OutcomeIndicator.objects.values_list("code", "label_id"))

    def make(self, number: int) -> list[NewInnovation]:
        """The record's source page and, for one in twenty, its English page."""
        facts = self._facts(number)
        writer = Writer(self._subject(facts), facts.chance)
        source = self._source(facts, writer)
        if facts.live and not facts.private and facts.chance.random() < 0.05:
            return [source, self._translation(source.page, writer)]
        return [source]

    def origin_of(self, number: int) -> int | None:
        """The number of the record that this one copies."""
        group, place = divmod(number, GROUP)
        return group * GROUP + ORIGIN if place in COPIES else None

    def _topic(self, number: int) -> tuple[Owner, Topic]:
        chance = seeded(self.seed, number, "topic")
        origin = self.origin_of(number)
        if origin is not None:
            return self.governments.draw(chance), self._topic(origin)[1]
        owner = self.owners.draw(chance)
        fitting = [theme for theme in themes() if owner.code in theme.national]
        theme = chance.choice(fitting) if owner.national else self.themes.draw(chance)
        means = chance.choice(theme.means)
        return owner, Topic(theme, theme.services[chance.choice(means.serves)], means)

    def _facts(self, number: int) -> Facts:
        owner, topic = self._topic(number)
        chance = seeded(self.seed, number)
        stage = "replicated" if number % GROUP == ORIGIN else _STAGES.draw(chance)
        status = _STATUSES.draw(chance) if stage not in ("idea", "design") else "unknown"
        indicators = topic.theme.indicators
        count = min(chance.choices((0, 1, 2, 3), (30, 35, 22, 13))[0], len(indicators))
        return Facts(
            number=number,
            chance=chance,
            owner=owner,
            topic=topic,
            indicators=[indicator.code for indicator in chance.sample(indicators, max(count, 1))][:count],
            stage=stage,
            status=status,
            year=None if chance.random() < 0.08 else _YEARS.draw(chance),
            origin=self.origin_of(number),
            live=number % 100 != DRAFT,
            private=number % 100 == PRIVATE,
        )

    def _subject(self, facts: Facts) -> Subject:
        chance, theme = facts.chance, facts.topic.theme
        units = words()["national"]["units"] if facts.owner.national else theme.units
        district = chance.choice(words()["districts"])
        template = chance.choice(units)
        unit = template.format(district=district)
        joint = ", " if "{district}" in template else " "
        first = (facts.indicators or [theme.indicators[0].code])[0]
        return Subject(
            theme=theme,
            service=facts.topic.service,
            means=facts.topic.means,
            unit=unit,
            unit_in_full=f"{unit}{joint}{facts.owner.name}",
            place=facts.owner.place,
            place_en=facts.owner.place_en,
            district=district,
            users=chance.choice(theme.users),
            year=facts.since,
            indicator=self.indicator_names[first][:1].lower() + self.indicator_names[first][1:],
        )

    def _source(self, facts: Facts, writer: Writer) -> NewInnovation:
        number, title = facts.number, writer.title()
        published = _FIRST + timedelta(days=number * 7 % 900, minutes=number % 480) if facts.live else None
        page = _filled(
            self.blank,
            translation_key=key_of(self.seed, number),
            title=title,
            slug=f"{slugify(title)[:70].strip('-')}-{self.seed}-{number}",
            live=facts.live,
            has_unpublished_changes=not facts.live,
            first_published_at=published,
            last_published_at=published,
            agency_id=facts.owner.pk,
            source_id=f"{self.seed}-{number:06}",
            **_story(writer),
            **self.rows.columns(facts),
        )
        return NewInnovation(
            page,
            self.private if facts.private else self.parents["id"],
            rows=self.rows.rows(facts, writer, page),
            tags=self.rows.tags(facts),
            many_valued=self.rows.many_valued(facts),
        )

    @cached_property
    def blank(self) -> InnovationPage:
        """What all source pages share."""
        return InnovationPage(
            locale_id=self.locales["id"],
            origin=InnovationPage.Origin.DEMO_SYNTHETIC,
            source=SOURCE,
            import_batch=batch_of(self.seed),
        )

    def _translation(self, source: InnovationPage, writer: Writer) -> NewInnovation:
        title, summary = writer.english()
        page = InnovationPage(
            translation_key=source.translation_key,
            locale_id=self.locales["en"],
            is_source=False,
            title=title,
            slug=source.slug,
            summary=summary,
            first_published_at=source.first_published_at,
            last_published_at=source.last_published_at,
            import_batch=source.import_batch,
        )
        return NewInnovation(page, self.parents["en"])


def _owner(agency: Agency) -> Owner:
    region = agency.region
    national = not _GOVERNMENT.fullmatch(agency.code)
    place = "Indonesia" if national or region is None else region.label_id
    place_en = "Indonesia" if national or region is None else region.label("en")
    name = agency.label_id if national else place
    return Owner(agency.pk, agency.code, name, place, place_en, national)


def _filled(blank: InnovationPage, **values: Any) -> InnovationPage:
    """A copy of ``blank`` with ``values``: making a page from its fields takes ten times as long."""
    page = copy(blank)
    for name, value in values.items():
        setattr(page, name, value)
    return page


def _story(writer: Writer) -> dict[str, str]:
    """The texts of a record; what is told beside summary, problem and solution varies."""
    return {
        "summary": writer.summary(),
        "problem": writer.problem(),
        "solution": writer.solution(),
        "novelty": writer.some("novelties", 0.7),
        "benefits": writer.some("benefits", 0.6, 2),
        "challenges": writer.some("challenges", 0.4),
        "drivers": writer.some("drivers", 0.25),
        "prerequisites": writer.some("prerequisites", 0.55, 2),
        "lessons": writer.some("lessons", 0.75, 2),
        "replication_potential": writer.some("potentials", 0.3),
        "affected_group": writer.some("affected", 0.5),
        "goal": writer.some("goals", 0.4),
        "legal_basis": writer.some("bases", 0.3),
    }
