"""The door for innovations that come from elsewhere: they land as drafts in the curators' queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, WorkflowState

from accounts.models import User
from catalogue.addresses import page_path, url_prefixes
from catalogue.documents import public_records
from catalogue.models import InnovationPage, Outcome, Programme, Replication, StatusEntry, Tag, Term
from catalogue.models.innovation import InnovationFacts, InnovationText
from catalogue.models.terms import Scheme
from catalogue.services.publishing import leads_back
from catalogue.services.site_tree import site_tree

TEXTS = frozenset(column.name for column in InnovationText._meta.get_fields()) - {"story"}
"""The texts a proposal may bring."""
CODED = {
    "sector": Scheme.SECTOR,
    "matter": Scheme.MATTER,
    "innovation_type": Scheme.TYPE,
    "stage": Scheme.STAGE,
    "originality": Scheme.ORIGINALITY,
}
"""The coded facts a proposal may bring, by code."""
_SLUG_LENGTH = 60
_ATTEMPTS = 3


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
    """What somebody hands in. ``texts`` and ``codes`` are by the names in ``TEXTS`` and ``CODED``.

    ``replicates`` are the keys of public records that it copies, ``changes`` what was changed; ``None`` where
    nobody was asked, then the record keeps what editors wrote.
    """

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
    replicates: Sequence[UUID] | None = None
    changes: str = ""
    is_demo: bool = False


class RecordState(StrEnum):
    """Where a record is, for whoever handed it in."""

    GONE = "gone"
    DRAFT = "draft"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


def propose(*, proposal: Proposal, by: User, submitted_by: User | None = None) -> UUID:
    """Make the draft, owned by ``by``, and submit it to the curators; the record's key.

    Neither ``by`` nor ``submitted_by``, who hands it in for them, may approve it.
    Raises ``ValueError`` for a text or a fact that a record does not have, ``LookupError`` for an unknown
    code, ``ValidationError`` for a value that a record can't hold. Nothing is made then.
    """
    with transaction.atomic():
        page = _added(proposal, by)
        page.save_revision(user=by)
        workflow = page.get_workflow()
        if workflow is not None:
            workflow.start(page, submitted_by or by)
    return page.translation_key


def _added(proposal: Proposal, by: User) -> InnovationPage:
    """The new page in the tree.

    Every record has the same parent and the tree numbers its children, so its row is locked; the admin does
    not lock it, and a number that somebody there was quicker to take is tried again.
    """
    index = site_tree().innovations["id"].pk
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                parent = Page.objects.select_for_update().get(pk=index)
                page = _page(proposal, by)
                parent.add_child(instance=page)
                return page
        except IntegrityError:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def revise(*, key: UUID, proposal: Proposal, by: User) -> None:
    """Bring a changed proposal into the record that curators sent back, and submit it again.

    What they wrote into other fields stays. Raises ``LookupError`` when there is no such record, and what
    ``propose`` raises.
    """
    with transaction.atomic():
        found = _sources(key).select_for_update(of=("self",)).first()
        if found is None:
            raise LookupError(str(key))
        page = found.get_latest_revision_as_object()
        _fill(page, proposal)
        page.save_revision(user=by)
        state = page.current_workflow_state
        if state is not None and state.status == state.STATUS_NEEDS_CHANGES:
            state.resume(user=by)
        elif state is None and (workflow := page.get_workflow()) is not None:
            workflow.start(page, by)


def approve(*, key: UUID, by: User) -> None:
    """Approve the record that waits for curators, as its page in the admin does.

    Raises ``LookupError`` when it does not wait, ``PermissionDenied`` when it is not ``by``'s to approve.
    """
    page = _sources(key).first()
    step = page.current_workflow_task_state if page is not None and page.workflow_in_progress else None
    if step is None:
        raise LookupError(str(key))
    with transaction.atomic():
        step.task.specific.on_action(step, by, "approve")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What somebody answered when they were asked whether an innovation is alive.

    ``status`` is a code of that vocabulary; ``source`` says who was asked and what they said, without a name;
    ``actual`` has new numbers by the name of the outcome.
    """

    status: str
    on: date
    source: str
    actual: Mapping[str, Decimal] = field(default_factory=dict)


def outcomes_of(key: UUID) -> list[ProposedOutcome]:
    """The outcomes of the record as visitors see them; nothing where there is no such record."""
    page = _sources(key).first()
    rows = page.outcomes.all() if page is not None else ()
    return [ProposedOutcome(row.name_id, row.unit, row.baseline, row.actual, row.year) for row in rows]


def published(key: UUID) -> Proposal | None:
    """What visitors read of the record, as it would be handed in; nothing while they don't see it."""
    page = _sources(key).first() if is_live(key) else None
    if page is None:
        return None
    coded = {name: getattr(page, name) for name in CODED}
    return Proposal(
        title=page.title,
        texts={name: getattr(page, name) for name in TEXTS},
        codes={name: term.code for name, term in coded.items() if term is not None},
        agency_id=page.agency_id,
        source=page.source,
        values=[term.code for term in page.core_values.all()],
        tags=sorted(tag.name for tag in page.tags.all()),
        outcomes=outcomes_of(key),
        year_started=page.year_started,
    )


def forget_drafts(key: UUID) -> None:
    """Delete the revisions of the record from before the one that visitors read, or read last.

    What was decided about them in the queue goes with them; the page's history keeps that it happened.
    """
    page = _sources(key).first()
    kept = page and (page.live_revision_id or page.latest_revision_id)
    if page is not None and kept:
        page.revisions.filter(pk__lt=kept).delete()


def confirm(*, key: UUID, confirmation: Confirmation, by: User) -> None:
    """Bring what was answered into a draft of the record and put that before the curators.

    Visitors go on seeing the record as it is until a curator publishes the draft; what an editor is writing
    in a draft stays. Raises ``LookupError`` when there is no such record or status.
    """
    with transaction.atomic():
        found = _sources(key).select_for_update(of=("self",)).first()
        if found is None:
            raise LookupError(str(key))
        page = found.get_latest_revision_as_object()
        term = _term(Scheme.STATUS, confirmation.status)
        page.status, page.status_confirmed_on = term, confirmation.on
        entry = StatusEntry(status=term, date=confirmation.on, source=confirmation.source[:500])
        page.status_history = [*page.status_history.all(), entry]
        rows = list(page.outcomes.all())
        for row in rows:
            if row.name_id in confirmation.actual:
                row.actual, row.year = confirmation.actual[row.name_id], confirmation.on.year
        page.outcomes = rows
        page.save_revision(user=by)
        if page.current_workflow_state is None and (workflow := page.get_workflow()) is not None:
            workflow.start(page, by)


def discard(key: UUID) -> bool:
    """Delete a record that visitors have never seen, with its revisions and its place in the queue.

    Whether it was there and is gone; one that was published once stays, which only curators decide about.
    """
    with transaction.atomic():
        page = _sources(key).select_for_update(of=("self",)).filter(first_published_at=None).first()
        if page is None or page.live:
            return False
        if page.workflow_in_progress:
            page.current_workflow_state.cancel()
        page.delete()
    return True


def is_record(page: Any) -> bool:
    """Whether ``page`` is a record, or a translation of one."""
    return isinstance(page, InnovationPage)


def exists(key: UUID) -> bool:
    """Whether the record is there, public or not."""
    return _sources(key).exists()


def record_state(key: UUID) -> RecordState:
    """Where the record is now. Three queries at most."""
    if is_live(key):
        return RecordState.PUBLIC
    page = _sources(key).first()
    if page is None:
        return RecordState.GONE
    workflow = page.current_workflow_state
    if workflow is not None:
        sent_back = workflow.status == workflow.STATUS_NEEDS_CHANGES
        return RecordState.RETURNED if sent_back else RecordState.IN_REVIEW
    return RecordState.WITHDRAWN if page.first_published_at else RecordState.DRAFT


def decided(keys: Sequence[UUID]) -> dict[UUID, RecordState]:
    """``PUBLIC`` or ``GONE`` for those of ``keys`` that are, and nothing for the others. Two queries."""
    records = InnovationPage.objects.filter(translation_key__in=keys, is_source=True, alias_of=None)
    there = set(records.values_list("translation_key", flat=True))
    public = set(public_records().filter(translation_key__in=keys).values_list("translation_key", flat=True))
    gone = {key: RecordState.GONE for key in keys if key not in there}
    return gone | dict.fromkeys(public, RecordState.PUBLIC)


@dataclass(frozen=True, slots=True)
class SentBack:
    """A record that curators sent back, or that was unpublished; what one of them said, if anything."""

    comment: str = ""
    by: User | None = None


def sent_back(keys: Sequence[UUID]) -> dict[UUID, SentBack]:
    """Those of ``keys`` that wait to be mended, or that visitors don't see any more. Two queries."""
    records = InnovationPage.objects.filter(translation_key__in=keys, is_source=True, alias_of=None)
    there = {page.pk: page for page in records.only("translation_key", "live", "first_published_at")}
    states = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(pk) for pk in there]
    )
    found, waiting = {}, set()
    for state in states.select_related("current_task_state__finished_by"):
        page = there[int(state.object_id)]
        waiting.add(page.pk)
        last = state.current_task_state
        if state.status == state.STATUS_NEEDS_CHANGES:
            found[page.translation_key] = SentBack(last.comment, last.finished_by) if last else SentBack()
    for page in there.values():
        if page.first_published_at and not page.live and page.pk not in waiting:
            found[page.translation_key] = SentBack()
    return found


def _sources(key: UUID) -> Any:
    return InnovationPage.objects.filter(translation_key=key, is_source=True, alias_of=None)


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
    if proposal.replicates is not None:
        page.replicates = _replications(page, proposal.replicates, proposal.changes)
    page.tags.set([_tag(name) for name in proposal.tags if slugify(name)])


def _replications(page: Any, keys: Sequence[UUID], changes: str) -> list[Replication]:
    """A row for each public record of ``keys``; those that are there keep their date and evidence."""
    there = {row.origin_id: row for row in page.replicates.all()}
    origins = list(public_records().filter(translation_key__in=keys).exclude(pk=page.pk).order_by("pk"))
    found = []
    for origin in origins:
        if page.pk and leads_back(page_id=page.pk, origins=[origin.pk]):
            text = _("“%(title)s” copies this record itself, directly or through others.")
            raise ValidationError(text % {"title": origin.title})
        row = there.get(origin.pk) or Replication(origin=origin)
        row.changes = changes
        found.append(row)
    return found


def _outcome(row: ProposedOutcome) -> Outcome:
    return Outcome(name_id=row.name, unit=row.unit, baseline=row.baseline, actual=row.actual, year=row.year)


def _term(scheme: Scheme, code: str) -> Term:
    found = Term.objects.without_tree_fields().filter(scheme=scheme, code=code).first()
    if found is None:
        raise LookupError(f"no {scheme} {code}")
    return found


def _tag(name: str) -> Tag:
    """The tag that is called so, or a proposed new one."""
    found = Tag.objects.filter(Q(slug=slugify(name)) | Q(name__iexact=name)).order_by("pk").first()
    if found is None:
        found, _made = Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})
    return found.merged_into or found
