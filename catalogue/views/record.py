"""Everything the page of a record shows, as text and plain data. The same queries for every record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.beside import beside
from catalogue.family import family
from catalogue.models import InnovationPage
from catalogue.presentation import ALIVE, Card, card, origin_label
from catalogue.services.links import Link, links_for
from catalogue.views import record_facts, record_outcomes
from catalogue.vocabulary import Snapshot, snapshot
from home.contributions import page_context
from search import back
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.facets import Facet
from search.registry import definition
from search.types import Reason

SIMILAR = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A headed text; ``lang`` is set where the text is in another language than the page."""

    code: str
    title: str
    text: str
    lang: str = ""


@page_context(InnovationPage)
def context(page: InnovationPage, request: HttpRequest) -> dict[str, Any]:
    """The template context of a record's page; works for drafts in a preview and while search is down."""
    language, labels, record = get_language() or "id", snapshot(), page.record
    rows = beside(record, request, labels)
    words = _Words(page, record)
    similar, search_down = _similar(page, language, labels)
    return {
        "record": record,
        "lead": words.section("summary", ""),
        "before": words.sections(_before()),
        "story": page.story or record.story,
        "story_lang": "" if page.story else words.other,
        "after": words.sections(_after()),
        "copying": words.sections(_copying()),
        "outcomes": record_outcomes.outcomes(rows.outcomes, language),
        "facts": record_facts.facts(record, rows, language, labels),
        "status": record_facts.status(record, language, labels),
        "is_alive": record_facts.code_of(record.status_id, labels) in ALIVE,
        "history": record_facts.history(rows, language, labels),
        "milestones": rows.milestones,
        "resources": record_facts.resources(rows, language, labels),
        "actors": record_facts.actors(rows, language, labels),
        "awards": record_facts.awards(rows, language, labels),
        "tags": record_facts.tags(rows, language, labels),
        "evidence": record_facts.evidence(rows, language, labels),
        "family": family(record.pk, language),
        "similar": similar,
        "search_down": search_down,
        "demo_label": origin_label(record.origin),
        "came_from": back.link(request, language),
        "own_links": _own_links(record, request),
        "today": timezone.localdate(),
    }


def _own_links(record: InnovationPage, request: HttpRequest) -> list[Link]:
    """Where the record came from, for whoever has a part there; nothing is asked for a visitor."""
    user = getattr(request, "user", None)
    return links_for(record.translation_key, user) if user is not None and user.is_authenticated else []


class _Words:
    """The texts of a page, in the record's own language where the page lacks them."""

    def __init__(self, page: InnovationPage, record: InnovationPage) -> None:
        self.page, self.record = page, record
        self.other = record.locale.language_code if record.pk != page.pk else ""

    def section(self, name: str, title: str) -> Section:
        own = getattr(self.page, name)
        if own or not self.other:
            return Section(name, title, own)
        return Section(name, title, getattr(self.record, name), self.other)

    def sections(self, wanted: Sequence[tuple[str, str]]) -> list[Section]:
        found = [self.section(name, title) for name, title in wanted]
        return [section for section in found if section.text]


def _before() -> list[tuple[str, str]]:
    return [
        ("overview", _("At a glance")),
        ("problem", _("Problem")),
        ("affected_group", _("People affected")),
        ("goal", _("Measurable goal")),
        ("solution", _("How it works")),
        ("novelty", _("Novelty")),
        ("benefits", _("Benefits")),
    ]


def _after() -> list[tuple[str, str]]:
    return [
        ("challenges", _("Challenges")),
        ("drivers", _("What helped and what hindered")),
        ("lessons", _("Lessons")),
        ("institutional_sustainability", _("How institutions keep it going")),
        ("managerial_sustainability", _("How management keeps it going")),
        ("social_sustainability", _("How society keeps it going")),
        ("legal_basis", _("Legal basis")),
        ("collaborators", _("Collaborators")),
    ]


def _copying() -> list[tuple[str, str]]:
    return [
        ("prerequisites", _("Prerequisites for copying")),
        ("replication_potential", _("Who could copy it")),
    ]


def _similar(page: InnovationPage, language: str, labels: Snapshot) -> tuple[list[Card], bool]:
    """Records like this one, each with the reason; and whether search was down."""
    try:
        found = get_engine().similar(str(page.translation_key), language, SIMILAR)
    except SearchUnavailable:
        return [], True
    cards = []
    for item in found:
        reasons = [text for reason in item.reasons if (text := _reason(reason, language))]
        text = _("Similar: %(reasons)s") % {"reasons": "; ".join(reasons)} if reasons else ""
        cards.append(card(item.hit, language, labels, text))
    return cards, False


def _reason(reason: Reason, language: str) -> str:
    if reason.kind == "words":
        return _("shared words %(words)s") % {"words": ", ".join(f"“{word}”" for word in reason.values)}
    facet: Facet | None = definition().facets.get(reason.kind)
    if facet is None:
        return ""
    vocabulary = facet.vocabulary()
    return f"{facet.title}: " + ", ".join(vocabulary.label(value, language) for value in reason.values)
