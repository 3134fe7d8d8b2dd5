"""The coded facts of a record as labels with addresses; no query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.addresses import agency_path, browse_path
from catalogue.beside import Beside
from catalogue.models import InnovationPage
from catalogue.models.terms import Scheme
from catalogue.presentation import number
from catalogue.vocabulary import CodeList, Snapshot


@dataclass(frozen=True, slots=True)
class Value:
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A named fact; ``note`` says who judged it where it is a judgement."""

    name: str
    values: tuple[Value, ...]
    note: str = ""


def code_of(pk: int | None, labels: Snapshot) -> str:
    return labels.term_codes.get(pk, "") if pk else ""


def term(labels: Snapshot, scheme: Scheme, pk: int | None, language: str) -> str:
    """The label of a term by its primary key."""
    code = code_of(pk, labels)
    return labels.terms[scheme].label(code, language) if code else ""


def _page_of(facet: str, codes: CodeList, code: str | None, language: str) -> Value | None:
    if not code:
        return None
    return Value(codes.label(code, language), browse_path(language, facet, code))


def facts(record: InnovationPage, beside: Beside, language: str, labels: Snapshot) -> list[Fact]:
    """The facts beside the text, in the order shown; those not recorded are left out."""

    def linked(facet: str, scheme: Scheme, pk: int | None) -> Value | None:
        return _page_of(facet, labels.terms[scheme], code_of(pk, labels), language)

    agency = labels.agencies.codes.get(record.agency_id or 0)
    region = labels.regions.codes.get(record.region_id or 0) or labels.agency_regions.get(agency or "")
    values = [linked("value", Scheme.VALUE, pk) for pk in beside.core_values]
    found: list[tuple[str, Sequence[Value | None], str]] = [
        (_("Agency"), [_agency(agency, language, labels)], ""),
        (_("Region"), [_page_of("region", labels.regions, region, language)], ""),
        (_("Sector"), [linked("sector", Scheme.SECTOR, record.sector_id)], ""),
        (_("Government matter"), _matters([record.matter_id, *beside.other_matters], language, labels), ""),
        (
            _("Innovation type"),
            [linked("type", Scheme.TYPE, record.innovation_type_id), _digital(record)],
            "",
        ),
        (_("Stage"), [linked("stage", Scheme.STAGE, record.stage_id)], ""),
        (_("Year started"), [_page_of_year(record, language)], ""),
        (_("Programme"), [_register("programme", labels.programmes, record.programme_id, language)], ""),
        (
            _("Innovation laboratory"),
            [_register("lab", labels.laboratories, record.laboratory_id, language)],
            "",
        ),
        (_("Cost"), [_plain(term(labels, Scheme.COST_BAND, record.cost_band_id, language))], ""),
        (_("Originality"), [_plain(term(labels, Scheme.ORIGINALITY, record.originality_id, language))], ""),
        (_("BerAKHLAK value"), values, _("judged by an editor")),
        (_("Sustainable Development Goal"), [linked("sdg", Scheme.SDG, pk) for pk in beside.sdgs], ""),
    ]
    rows = [(name, _unique(group), note) for name, group, note in found]
    return [Fact(name, group, note) for name, group, note in rows if group]


def _unique(values: Sequence[Value | None]) -> tuple[Value, ...]:
    """Without repeats: a record may carry a merged item and its heir."""
    return tuple(dict.fromkeys(value for value in values if value))


def _digital(record: InnovationPage) -> Value | None:
    if record.is_digital is None:
        return None
    return Value(_("digital") if record.is_digital else _("not digital"))


def _plain(label: str) -> Value | None:
    return Value(label) if label else None


def _agency(code: str | None, language: str, labels: Snapshot) -> Value | None:
    if not code:
        return None
    return Value(labels.agencies.label(code, language), agency_path(language, code))


def _register(facet: str, codes: CodeList, pk: int | None, language: str) -> Value | None:
    return _page_of(facet, codes, codes.codes.get(pk or 0), language)


def _page_of_year(record: InnovationPage, language: str) -> Value | None:
    if not record.year_started:
        return None
    year = str(record.year_started)
    return Value(year, browse_path(language, "year", year))


def _matters(keys: Sequence[int | None], language: str, labels: Snapshot) -> list[Value | None]:
    codes = labels.terms[Scheme.MATTER]
    return [_page_of("matter", codes, code_of(pk, labels), language) for pk in keys]


def status(record: InnovationPage, language: str, labels: Snapshot) -> dict[str, str]:
    """The status and when it was last confirmed."""
    confirmed = record.status_confirmed_on
    return {
        "label": term(labels, Scheme.STATUS, record.status_id, language),
        "confirmed": date_format(confirmed, "F Y") if confirmed else "",
    }


def history(beside: Beside, language: str, labels: Snapshot) -> list[dict[str, Any]]:
    """Confirmations of the status, newest first."""
    rows = sorted(beside.status_history, key=lambda row: row.date, reverse=True)
    return [
        {
            "label": term(labels, Scheme.STATUS, row.status_id, language),
            "date": row.date,
            "source": row.source,
        }
        for row in rows
    ]


def resources(beside: Beside, language: str, labels: Snapshot) -> list[dict[str, str]]:
    return [
        {
            "kind": term(labels, Scheme.RESOURCE_KIND, row.kind_id, language),
            "year": str(row.year or ""),
            "amount": f"{number(float(row.amount), language)} {row.unit}".strip()
            if row.amount is not None
            else "",
            "note": row.note,
        }
        for row in beside.resources
    ]


def actors(beside: Beside, language: str, labels: Snapshot) -> list[dict[str, str]]:
    rows = []
    for row in beside.actors:
        code = labels.agencies.codes.get(row.agency_id or 0)
        rows.append(
            {
                "name": row.name,
                "url": agency_path(language, code) if code else "",
                "type": term(labels, Scheme.ACTOR_TYPE, row.actor_type_id, language),
                "role": term(labels, Scheme.ACTOR_ROLE, row.role_id, language),
            }
        )
    return rows


def awards(beside: Beside, language: str, labels: Snapshot) -> list[dict[str, str]]:
    rows = []
    for row in beside.awards:
        award = _page_of("award", labels.terms[Scheme.AWARD], code_of(row.award_id, labels), language)
        if award:
            rows.append(
                {"label": award.label, "url": award.url, "year": str(row.year or ""), "rank": row.rank}
            )
    return rows


def evidence(beside: Beside, language: str, labels: Snapshot) -> list[dict[str, str]]:
    return [
        {
            "title": row.title,
            "kind": term(labels, Scheme.EVIDENCE_TYPE, row.evidence_type_id, language),
            "url": row.url,
        }
        for row in beside.evidence
    ]


def tags(beside: Beside, language: str, labels: Snapshot) -> list[Value]:
    codes = [labels.tags.codes.get(pk) for pk in beside.tags]
    return list(_unique([_page_of("tag", labels.tags, code, language) for code in codes]))
