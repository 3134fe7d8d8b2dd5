"""The real innovations in catalogue/data as records: what their sources say, and no more.

A record that is there already, known by its number in the source, is left as its editors have it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale

from catalogue.models import (
    Agency,
    AwardReceived,
    InnovationPage,
    Laboratory,
    Outcome,
    OutcomeIndicator,
    Programme,
    Region,
    StatusEntry,
    Tag,
    Term,
)
from catalogue.models.terms import Scheme
from catalogue.seeds import files
from catalogue.services.bulk import NewInnovation, insert_innovations
from catalogue.services.site_tree import SiteTree

Origin = InnovationPage.Origin
_NAMESPACE = uuid5(NAMESPACE_URL, "https://katalog-inovasi.invalid/demo-real")
_CHUNK = 43
_STAGES = frozenset({"idea", "design", "pilot", "implemented", "evaluated", "replicated"})


@cache
def texts() -> dict[str, Any]:
    """The words the demonstration adds; see real.toml."""
    with (Path(__file__).parent / "real.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass
class _World:
    """What a record may point to, by code."""

    tree: SiteTree
    locales: dict[str, Locale]
    agencies: dict[str, Agency]
    regions: dict[str, Region]
    laboratories: dict[str, Laboratory]
    programmes: dict[str, Programme]
    indicators: dict[str, OutcomeIndicator]
    tags: dict[str, int]
    terms: dict[tuple[str, str], Term]
    now: datetime

    @classmethod
    def read(cls, tree: SiteTree) -> _World:
        def by_code(model: Any) -> dict[str, Any]:
            return {row.code: row for row in model.objects.all()}

        terms = Term.objects.without_tree_fields().filter(year=0)
        return cls(
            tree=tree,
            locales={locale.language_code: locale for locale in Locale.objects.all()},
            agencies=by_code(Agency),
            regions=by_code(Region),
            laboratories=by_code(Laboratory),
            programmes=by_code(Programme),
            indicators=by_code(OutcomeIndicator),
            tags=dict(Tag.objects.values_list("slug", "pk")),
            terms={(term.scheme, term.code): term for term in terms},
            now=timezone.now(),
        )

    def term(self, scheme: Scheme, code: str) -> Term:
        return self.terms[scheme.value, code]


def load_records(*, tree: SiteTree, progress: Callable[[int, int], object]) -> int:
    """Make the records that are missing, each with its English page; returns how many.

    ``progress(done, total)`` is called after each transaction of a few dozen records.
    """
    present = set(InnovationPage.objects.filter(origin=Origin.DEMO_REAL).values_list("source_id", flat=True))
    missing = [row for row in _rows() if row["slug"] not in present]
    if not missing:
        return 0
    world = _World.read(tree)
    for start in range(0, len(missing), _CHUNK):
        rows = missing[start : start + _CHUNK]
        sources = [_source(row, world) for row in rows]
        pairs = zip(sources, rows, strict=True)
        insert_innovations([*sources, *(_translation(source, row, world) for source, row in pairs)])
        progress(start + len(sources), len(missing))
    return len(missing)


def _rows() -> Iterator[dict[str, Any]]:
    """Each record with its ``mapping``, its ``awards`` and the ``indicators`` of its outcomes."""
    mapping = {row["slug"]: row for row in files.rows("real-mapping")}
    awards: dict[str, list[Mapping[str, str]]] = {}
    for row in files.rows("real-awards"):
        awards.setdefault(row["slug"], []).append(row)
    indicators: dict[str, dict[int, str]] = {}
    for row in files.rows("real-outcomes"):
        indicators.setdefault(row["slug"], {})[int(row["position"])] = row["indicator"]
    for record in files.json_lines("real-innovations"):
        slug = record["slug"]
        yield record | {
            "mapping": mapping[slug],
            "awards": awards.get(slug, []),
            "indicators": indicators.get(slug, {}),
        }


def _source(row: Mapping[str, Any], world: _World) -> NewInnovation:
    mapping = row["mapping"]
    page = InnovationPage(
        translation_key=uuid5(_NAMESPACE, row["slug"]),
        locale=world.locales["id"],
        title=row["title"],
        slug=row["slug"],
        summary=row["summary_id"],
        problem=row["problem_id"],
        solution=row["solution_id"],
        is_digital=row["digital"],
        year_started=row["year_started"],
        agency=world.agencies[mapping["agency"]],
        region=world.regions[mapping["region"]] if mapping["region"] else None,
        laboratory=world.laboratories[mapping["lab"]] if mapping["lab"] else None,
        programme=world.programmes[mapping["programme"]] if mapping["programme"] else None,
        origin=Origin.DEMO_REAL,
        source=source_text(row["source_basis"], row["source_url"]),
        source_url=row["source_url"] or "",
        source_id=row["slug"],
        first_published_at=world.now,
        last_published_at=world.now,
        **_terms(row, world),
    )
    return NewInnovation(
        page,
        world.tree.innovations["id"],
        rows=[*_outcomes(row, world), *_awards(row, world), *_status(page, row)],
        tags=[world.tags[code] for code in _tag_codes(row)],
        many_valued=_many_valued(row, world),
    )


def _translation(source: NewInnovation, row: Mapping[str, Any], world: _World) -> NewInnovation:
    page = InnovationPage(
        locale=world.locales["en"],
        translation_key=source.page.translation_key,
        is_source=False,
        title=row["title_en"],
        slug=row["slug"],
        summary=row["summary_en"],
        first_published_at=world.now,
        last_published_at=world.now,
    )
    return NewInnovation(page, world.tree.innovations["en"])


def source_text(basis: str, url: str | None) -> str:
    """Where a record's facts come from, in words for readers."""
    known = texts()["basis"]
    if basis in known["named"]:
        return known["named"][basis]
    if url:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        return f"{known['press']} ({host})"
    return known["general"]


def _terms(row: Mapping[str, Any], world: _World) -> dict[str, Term | None]:
    mapping = row["mapping"]
    if mapping["stage"] not in _STAGES:
        raise ValueError(f"{row['slug']}: {mapping['stage']!r} is no stage")
    return {
        "sector": world.term(Scheme.SECTOR, row["sector"]),
        "innovation_type": world.term(Scheme.TYPE, row["innovation_type"]),
        "stage": world.term(Scheme.STAGE, mapping["stage"]),
        "status": world.term(Scheme.STATUS, mapping["status"]),
        "matter": world.term(Scheme.MATTER, mapping["matter"]) if mapping["matter"] else None,
    }


def _tag_codes(row: Mapping[str, Any]) -> list[str]:
    """The record's tags and those of the collections it belongs to."""
    codes = [slugify(tag) for tag in row["tags"]] + files.split(row["mapping"]["collections"])
    return list(dict.fromkeys(codes))


def _many_valued(row: Mapping[str, Any], world: _World) -> dict[str, Sequence[int]]:
    """Goals and values; BerAKHLAK values are those of Indonesia's civil service alone."""
    values = row["core_values"] if row["country"] == "ID" else []
    return {
        "sdgs": [world.term(Scheme.SDG, str(goal)).pk for goal in row["sdgs"]],
        "core_values": [world.term(Scheme.VALUE, value).pk for value in values],
    }


def _outcomes(row: Mapping[str, Any], world: _World) -> list[Outcome]:
    return [
        Outcome(
            indicator=world.indicators.get(row["indicators"].get(position, "")),
            name_id=outcome["indicator_id"],
            name_en=outcome["indicator_en"],
            unit=outcome["unit"] or "",
            baseline=_number(outcome["baseline"]),
            target=_number(outcome["target"]),
            actual=_number(outcome["actual"]),
            year=outcome["year"],
            sort_order=position,
        )
        for position, outcome in enumerate(row["outcomes"], start=1)
    ]


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _awards(row: Mapping[str, Any], world: _World) -> list[AwardReceived]:
    return [
        AwardReceived(
            award=world.term(Scheme.AWARD, award["award"]),
            year=files.year(award["year"]),
            rank=award["note"],
            sort_order=order,
        )
        for order, award in enumerate(row["awards"])
    ]


def _status(page: InnovationPage, row: Mapping[str, Any]) -> list[StatusEntry]:
    """The one dated status a linked source gives, which is then also the last confirmation."""
    confirmed, note = status_date(row["mapping"]["status_date"])
    if not confirmed or not row["source_url"]:
        return []
    page.status_confirmed_on = confirmed
    return [StatusEntry(status=page.status, date=confirmed, source=f"{note}{row['source_url']}"[:500])]


def status_date(text: str) -> tuple[date | None, str]:
    """The day a status is known for, and what to say of it.

    A source that gives the year alone counts from its first day, so that nothing looks fresher than it is.
    """
    if not text:
        return None, ""
    if len(text) == 4:
        return date(int(text), 1, 1), f"Sumber menyebut tahun {text} tanpa tanggal: "
    return date.fromisoformat(text), ""
