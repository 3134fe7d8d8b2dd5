"""The door for innovations that come from elsewhere: they land as drafts in the curators' queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Locale, Page

from accounts.models import User
from catalogue.addresses import page_path, url_prefixes
from catalogue.documents import public_records
from catalogue.models import InnovationPage, Outcome, Programme, Tag, Term
from catalogue.models.innovation import InnovationFacts, InnovationText
from catalogue.models.terms import Scheme
from catalogue.services.site_tree import site_tree

TEXTS = frozenset(column.name for column in InnovationText._meta.get_fields()) - {"story"}
"""The texts a proposal may bring."""
CODED = {
    "sector": Scheme.SECTOR,
    "matter": Scheme.MATTER,
    "innovation_type": Scheme.TYPE,
    "stage": Scheme.STAGE,
}
"""The coded facts a proposal may bring, by code."""
_SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ProposedOutcome:
    """A measured result, before and after."""

    name: str
    unit: str = ""
    baseline: Decimal | None = None
    actual: Decimal | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody hands in. ``texts`` and ``codes`` are by the names in ``TEXTS`` and ``CODED``."""

    title: str
    texts: Mapping[str, str]
    codes: Mapping[str, str]
    agency_id: int
    source: str
    programme: str = ""
    batch: str = ""
    values: Sequence[str] = ()
    tags: Sequence[str] = ()
    outcomes: Sequence[ProposedOutcome] = field(default=())
    year_started: int | None = None
    is_demo: bool = False


def propose(*, proposal: Proposal, by: User) -> UUID:
    """Make the draft, owned by ``by``, and submit it to the curators; the record's key.

    Raises ``ValueError`` for a text or a fact that a record does not have, ``LookupError`` for an unknown
    code. Nothing is made then.
    """
    page = _page(proposal, by)
    with transaction.atomic():
        Page.objects.get(pk=site_tree().innovations["id"].pk).add_child(instance=page)
        page.save_revision(user=by)
        workflow = page.get_workflow()
        if workflow is not None:
            workflow.start(page, by)
    return page.translation_key


def revise(*, key: UUID, proposal: Proposal, by: User) -> None:
    """Bring a changed proposal into the record that curators sent back, and submit it again.

    Raises ``LookupError`` when there is no such record.
    """
    found = InnovationPage.objects.filter(translation_key=key, is_source=True).first()
    if found is None:
        raise LookupError(str(key))
    with transaction.atomic():
        page = found.get_latest_revision_as_object()
        _fill(page, proposal)
        page.save_revision(user=by)
        state = page.current_workflow_state
        if state is not None and state.status == state.STATUS_NEEDS_CHANGES:
            state.resume(user=by)
        elif state is None and (workflow := page.get_workflow()) is not None:
            workflow.start(page, by)


def is_live(key: UUID) -> bool:
    """Whether visitors see the record."""
    return public_records().filter(translation_key=key).exists()


def public_path(key: UUID, language: str = "id") -> str:
    """The record's path for visitors, in its source language where it has no page in ``language``.

    Empty while they don't see it.
    """
    if not is_live(key):
        return ""
    pages = InnovationPage.objects.filter(translation_key=key, live=True).values(
        "locale__language_code", "url_path", "is_source"
    )
    best = sorted(pages, key=lambda page: (page["locale__language_code"] != language, not page["is_source"]))
    return page_path(best[0], url_prefixes())


def _page(proposal: Proposal, by: User) -> InnovationPage:
    slug = f"{slugify(proposal.title)[:_SLUG_LENGTH]}-{uuid4().hex[:6]}".strip("-")
    page = InnovationPage(
        slug=slug,
        locale=Locale.objects.get(language_code="id"),
        owner=by,
        live=False,
        has_unpublished_changes=True,
    )
    _fill(page, proposal)
    return page


def _fill(page: Any, proposal: Proposal) -> None:
    if unknown := {*proposal.texts} - TEXTS | {*proposal.codes} - CODED.keys():
        raise ValueError(f"a record has no {', '.join(sorted(unknown))}")
    page.title = proposal.title
    for name, text in proposal.texts.items():
        setattr(page, name, text)
    for name, code in proposal.codes.items():
        setattr(page, name, _term(CODED[name], code) if code else None)
    page.agency_id = proposal.agency_id
    page.programme = Programme.objects.get(code=proposal.programme) if proposal.programme else None
    page.batch, page.source, page.year_started = proposal.batch, proposal.source, proposal.year_started
    origin = InnovationFacts.Origin
    page.origin = origin.DEMO_SYNTHETIC if proposal.is_demo else origin.TRAINING
    page.core_values = [_term(Scheme.VALUE, code) for code in proposal.values]
    page.outcomes = [_outcome(row) for row in proposal.outcomes]
    page.tags.set([_tag(name) for name in proposal.tags])


def _outcome(row: ProposedOutcome) -> Outcome:
    return Outcome(name_id=row.name, unit=row.unit, baseline=row.baseline, actual=row.actual, year=row.year)


def _term(scheme: Scheme, code: str) -> Term:
    found = Term.objects.without_tree_fields().filter(scheme=scheme, code=code).first()
    if found is None:
        raise LookupError(f"no {scheme} {code}")
    return found


def _tag(name: str) -> Tag:
    """The tag that is called so, or a proposed new one."""
    found = Tag.objects.filter(slug=slugify(name)).first()
    return found.merged_into or found if found else Tag.objects.create(name=name, slug=slugify(name))
