"""What the public index holds of a record: an allow-list, read from committed rows in bulk.

Only live source-language pages without a private ancestor become documents; an English title comes only
from a live, public English page. Nothing about a person is ever read here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from catalogue import completeness
from catalogue.addresses import page_path, url_prefixes
from catalogue.models import (
    AwardReceived,
    InnovationPage,
    Outcome,
    Replication,
    TaggedInnovation,
)
from catalogue.models.terms import Scheme
from catalogue.vocabulary import Snapshot, snapshot
from home.visibility import is_open
from search.types import LANGUAGES, Document

BODY = (
    "overview",
    "goal",
    "affected_group",
    "solution",
    "novelty",
    "benefits",
    "challenges",
    "drivers",
    "prerequisites",
    "lessons",
    "replication_potential",
)
"""Text fields searched as one body, after title, summary and problem."""

_TEXT = ("title", "acronym", "summary", "problem", *BODY)
_CODED = (
    "agency_id",
    "region_id",
    "sector_id",
    "matter_id",
    "innovation_type_id",
    "stage_id",
    "status_id",
    "programme_id",
    "laboratory_id",
)
_PLAIN = (
    "pk",
    "translation_key",
    "url_path",
    "locale__language_code",
    "first_published_at",
    "status_confirmed_on",
    "is_digital",
    "year_started",
    "origin",
    "source",
    "source_url",
)
_NO_YEAR = 9999
DENSE = 4
"""Numbers of pages that lie within that many times their count are asked for by their bounds."""


def is_public() -> Q:
    """The condition on innovation pages for visitors: live, without a private ancestor, no alias."""
    return Q(live=True, alias_of=None) & is_open()


def public_pages() -> QuerySet[InnovationPage]:
    """Live innovation pages without a private ancestor; aliases are not records of their own."""
    return InnovationPage.objects.filter(is_public())


def public_records() -> QuerySet[InnovationPage]:
    """Source-language pages of every record a visitor may see."""
    return public_pages().filter(is_source=True)


class InnovationSource:
    """Reads innovations for an index (see ``search.registry.RecordSource``)."""

    def documents(self, keys: Sequence[str], versions: Mapping[str, int]) -> Iterator[Document]:
        """A document for each key that is live and public now; some ten queries, whatever the number."""
        chunk = _Chunk.read(keys)
        for page in chunk.pages:
            key = str(page["translation_key"])
            yield _document(page, chunk, key, versions[key])

    def public_keys(self) -> Iterator[str]:
        keys = public_records().values_list("translation_key", flat=True)
        return (str(key) for key in keys.iterator(chunk_size=5000))


@dataclass
class _Chunk:
    """The rows of some records, each read in one query."""

    pages: list[dict[str, Any]]
    labels: Snapshot
    prefixes: Mapping[str, str]
    english: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    values: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    sdgs: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    matters: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    awards: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    replicated: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def read(cls, keys: Sequence[str]) -> _Chunk:
        columns = (*_PLAIN, *_CODED, *_TEXT)
        pages = list(public_records().filter(translation_key__in=keys).values(*columns))
        chunk = cls(pages, snapshot(), url_prefixes())
        if pages:
            chunk._read_rows([page["pk"] for page in pages])
            chunk._read_translations([page["translation_key"] for page in pages])
        return chunk

    def _read_translations(self, keys: Sequence[Any]) -> None:
        translations = public_pages().filter(is_source=False, translation_key__in=keys)
        for page in translations.values("translation_key", "url_path", "locale__language_code", *_TEXT):
            self.english[str(page["translation_key"])] = page

    def _read_rows(self, ids: Sequence[int]) -> None:
        labels = self.labels
        for page, tag in TaggedInnovation.objects.filter(_among("content_object", ids)).values_list(
            "content_object_id", "tag_id"
        ):
            self.tags[page].append(labels.tags.codes[tag])
            self.rows[page].add("tags")
        for name, found in (
            ("core_values", self.values),
            ("sdgs", self.sdgs),
            ("other_matters", self.matters),
        ):
            through = getattr(InnovationPage, name).through
            pairs = through.objects.filter(_among("innovationpage", ids))
            for page, term in pairs.values_list("innovationpage_id", "term_id"):
                found[page].append(labels.term_codes[term])
                self.rows[page].add(name)
        awards = AwardReceived.objects.filter(_among("page", ids))
        for page, term in awards.values_list("page_id", "award_id"):
            self.awards[page].append(labels.term_codes[term])
        outcomes = Outcome.objects.filter(_among("page", ids)).order_by("page_id", "sort_order")
        for row in outcomes.values(
            "page_id", "name_id", "name_en", "unit", "direction", "baseline", "actual", "indicator__direction"
        ):
            self.outcomes[row["page_id"]].append(row)
            self.rows[row["page_id"]].add("outcomes")
        replications = Replication.objects.filter(_among("origin", ids))
        copies = list(replications.values_list("origin_id", "page_id"))
        public = set(
            public_records().filter(pk__in={copy for _origin, copy in copies}).values_list("pk", flat=True)
        )
        for origin, copy in copies:
            self.replicated[origin] += copy in public
        for name in ("milestones", "actors", "evidence", "status_history"):
            model: Any = InnovationPage._meta.get_field(name).related_model
            rows = model.objects.filter(_among("page", ids))
            for page in rows.values_list("page_id", flat=True).distinct():
                self.rows[page].add(name)


def _among(column: str, ids: Sequence[int]) -> Q:
    """Rows of the pages ``ids``; of others between them as well where that is the shorter question.

    Making a statement of a thousand numbers takes longer than reading the rows.
    """
    lowest, highest = min(ids), max(ids)
    if highest - lowest < DENSE * len(ids):
        return Q(**{f"{column}__gte": lowest, f"{column}__lte": highest})
    return Q(**{f"{column}__in": ids})


def _document(page: dict[str, Any], chunk: _Chunk, key: str, version: int) -> Document:
    pk = page["pk"]
    facets = _facets(page, chunk, key)
    by_language = {page["locale__language_code"]: page}
    if translation := chunk.english.get(key):
        by_language[translation["locale__language_code"]] = translation
    filled = completeness.filled_names(_named(page), chunk.rows[pk])
    return Document(
        key=key,
        version=version,
        texts=_texts(by_language, facets, chunk.labels),
        facets=facets,
        numbers={"year": page["year_started"]} if page["year_started"] else {},
        sorts=_sorts(page, by_language, key, chunk.replicated[pk], completeness.score(filled)),
        stored=_stored(page, by_language, facets, chunk),
    )


def _named(page: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in page.items()} | {"source": page["source"]}


def _facets(page: Mapping[str, Any], chunk: _Chunk, key: str) -> dict[str, tuple[str, ...]]:
    labels, pk = chunk.labels, page["pk"]
    term, found = labels.term_codes, {}
    agency = labels.agencies.codes.get(page["agency_id"])
    if agency:
        found["agency"] = labels.agencies.with_ancestors(agency)
    region = labels.regions.codes.get(page["region_id"]) or labels.agency_regions.get(agency or "")
    if region:
        found["region"] = labels.regions.with_ancestors(region)
    matters = [term[page["matter_id"]]] if page["matter_id"] else []
    tree = labels.terms[Scheme.MATTER]
    found["matter"] = _unique(
        code for matter in (*matters, *chunk.matters[pk]) for code in tree.with_ancestors(matter)
    )
    for facet, column in (
        ("sector", "sector"),
        ("type", "innovation_type"),
        ("stage", "stage"),
        ("status", "status"),
    ):
        if value := page[f"{column}_id"]:
            found[facet] = (term[value],)
    found["digital"] = () if page["is_digital"] is None else ("true" if page["is_digital"] else "false",)
    found["year"] = (str(page["year_started"]),) if page["year_started"] else ()
    found["tag"] = _unique(chunk.tags[pk])
    values = labels.terms[Scheme.VALUE].entries
    found["value"] = _unique(value for value in chunk.values[pk] if value in values)
    found["sdg"], found["award"] = _unique(chunk.sdgs[pk]), _unique(chunk.awards[pk])
    found["measured"] = ("true",) if any(map(_is_measured, chunk.outcomes[pk])) else ()
    if page["programme_id"]:
        found["programme"] = (labels.programmes.codes[page["programme_id"]],)
    if page["laboratory_id"]:
        found["lab"] = (labels.laboratories.codes[page["laboratory_id"]],)
    english = (chunk.english[key]["locale__language_code"],) if key in chunk.english else ()
    found["language"] = (page["locale__language_code"], *english)
    return {facet: codes for facet, codes in found.items() if codes}


def _unique(codes: Iterable[str]) -> tuple[str, ...]:
    """Without repeats, in order: a record may carry a merged code and its heir."""
    return tuple(dict.fromkeys(codes))


def _is_measured(outcome: Mapping[str, Any]) -> bool:
    return outcome["baseline"] is not None and outcome["actual"] is not None


def _texts(
    by_language: Mapping[str, Mapping[str, Any]], facets: Mapping[str, tuple[str, ...]], labels: Snapshot
) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for language, page in by_language.items():
        texts["title"][language] = (
            f"{page['title']} ({page['acronym']})" if page["acronym"] else page["title"]
        )
        for name in ("summary", "problem"):
            texts[name][language] = page[name]
        texts["body"][language] = "\n".join(page[name] for name in BODY if page[name])
    for language in LANGUAGES:
        texts["agency"][language] = (
            _words(labels.agencies, facets.get("agency", ())[1:], language)
            + "\n"
            + _words(labels.regions, facets.get("region", ())[1:], language)
        )
        topics = [_words(labels.tags, facets.get("tag", ()), language)]
        topics += [
            _words(labels.terms[scheme], facets.get(scheme.value, ()), language)
            for scheme in (Scheme.SECTOR, Scheme.MATTER)
        ]
        texts["topic"][language] = "\n".join(topics)
    return {
        name: {lang: text for lang, text in found.items() if text.strip()} for name, found in texts.items()
    }


def _words(codes: Any, chosen: Sequence[str], language: str) -> str:
    """Labels of codes in one language; synonyms, which have no language, stand with the Indonesian."""
    parts: list[str] = []
    for code in chosen:
        entry = codes.entries[code]
        parts.append(entry.label(language))
        if language == "id":
            parts.extend(entry.synonyms)
    return "\n".join(parts)


def _sorts(
    page: Mapping[str, Any],
    by_language: Mapping[str, Mapping[str, Any]],
    key: str,
    replicated: int,
    complete: int,
) -> dict[str, str]:
    """One ascending string an order, ending in the key. Records without a year come last in both."""
    year = page["year_started"]
    published = page["first_published_at"]
    seconds = int(published.timestamp()) if published else 0
    minutes = seconds // 60
    newest = f"{_NO_YEAR - year if year else _NO_YEAR:04}{10**9 - minutes:010}{key}"
    sorts = {
        "newest": newest,
        "oldest": f"{year or _NO_YEAR:04}{minutes:010}{key}",
        "replicated": f"{10**6 - replicated:07}{newest}",
        "complete": f"{100 - complete:03}{newest}",
        "published": f"{10**10 - seconds:011}{key}",
    }
    for language in LANGUAGES:
        title = by_language.get(language, page)["title"]
        sorts[f"title.{language}"] = f"{' '.join(title.casefold().split())[:120]}\x1f{key}"
    return sorts


def _stored(
    page: Mapping[str, Any],
    by_language: Mapping[str, Mapping[str, Any]],
    facets: Mapping[str, tuple[str, ...]],
    chunk: _Chunk,
) -> dict[str, Any]:
    """The payload of a card and of an API result: codes, never labels, so that a rename shows at once."""
    outcomes = chunk.outcomes[page["pk"]]
    best = next(filter(_is_measured, outcomes), None)
    single = {
        name: facets[name][-1]
        for name in ("agency", "region", "sector", "type", "stage", "status")
        if name in facets
    }
    confirmed = page["status_confirmed_on"]
    return {
        "title": {language: found["title"] for language, found in by_language.items()},
        "summary": {
            language: found["summary"] for language, found in by_language.items() if found["summary"]
        },
        "url": {language: page_path(found, chunk.prefixes) for language, found in by_language.items()},
        "language": page["locale__language_code"],
        **single,
        "digital": page["is_digital"],
        "year": page["year_started"],
        "confirmed": confirmed.isoformat() if confirmed else None,
        "tags": list(facets.get("tag", ())),
        "values": list(facets.get("value", ())),
        "sdgs": [int(code) for code in facets.get("sdg", ())],
        "outcomes": len(outcomes),
        "outcome": _best_outcome(best) if best else None,
        "replicated": chunk.replicated[page["pk"]],
        "origin": page["origin"],
        "linked": bool(page["source_url"]),
    }


def _best_outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": {"id": row["name_id"], **({"en": row["name_en"]} if row["name_en"] else {})},
        "unit": row["unit"],
        "baseline": float(row["baseline"]),
        "actual": float(row["actual"]),
        "direction": row["direction"] or row["indicator__direction"] or "",
    }
