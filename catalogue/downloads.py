"""Who may fetch a document: everybody where a page they may open offers it, staff by their rights.

A document's address is its number and its file name, and both can be guessed. So what nothing public names
is not there for visitors: a file named in a draft only, private evidence, a file nobody uses any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.dispatch import receiver
from django.http import Http404, HttpRequest
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.signals import page_published

from catalogue.admin.files import choosable_files
from catalogue.models import Evidence, InnovationPage
from catalogue.permissions import rights_of, visible_innovations


@receiver(page_published)
def _note_references(instance: Page, **_kwargs: Any) -> None:
    """Wagtail leaves this to a task, and a worker killed over a task never takes it up again."""
    with transaction.atomic():
        ReferenceIndex.create_or_update_for_object(instance)


def guard_document(document: Any, request: HttpRequest) -> None:
    """Hook of the document view.

    Raises ``Http404`` for whoever may not fetch it, so that nothing tells the document exists.
    """
    if not (_is_shown(document, request) or _may_handle(document, request.user)):
        raise Http404


def _is_shown(document: Any, request: HttpRequest) -> bool:
    """Whether a page that opens for whoever asks offers the document, as evidence or in its texts."""
    evidence = Evidence.objects.filter(document=document, visibility=Evidence.Visibility.PUBLIC)
    current = evidence.exclude(expires_on__lt=timezone.localdate()).filter(page__live=True)
    if any(_opens(row.page, request) for row in current.select_related("page")):
        return True
    pages = Page.objects.live().filter(pk__in=_referring(document)).specific()
    return any(_offers(page, document) and _opens(page, request) for page in pages)


def _opens(page: Page, request: HttpRequest) -> bool:
    if isinstance(page, InnovationPage) and not page.has_live_record:
        return False
    return all(found.accept_request(request) for found in page.get_view_restrictions())


def _referring(document: Any) -> list[int]:
    """Pages that refer to the document, as Wagtail's index last knew: it may be late in both directions."""
    found = ReferenceIndex.get_references_to(document)
    kind = ContentType.objects.get_for_model(Page)
    return [int(key) for key in found.filter(base_content_type=kind).values_list("object_id", flat=True)]


def _offers(page: Page, document: Any) -> bool:
    """Whether a text of the page, as it is now, names the document; its rows have rules of their own."""
    return any(issubclass(type(document), model) and key == str(document.pk) for model, key in _named(page))


def _named(page: Page) -> Iterator[tuple[type, str]]:
    for field in page._meta.get_fields():
        if hasattr(field, "extract_references") and (value := field.value_from_object(page)):
            yield from ((model, str(key)) for model, key, *_path in field.extract_references(value))


def _may_handle(document: Any, user: Any) -> bool:
    """Whether ``user`` may choose the document, or edit a record that names it in any state."""
    rights = rights_of(user)
    if rights.sees_all or not rights.writes:
        return rights.sees_all
    if choosable_files(type(document).objects.filter(pk=document.pk), user).exists():
        return True
    own = visible_innovations(user)
    named = own.filter(Q(evidence__document=document) | Q(pk__in=_referring(document)))
    return named.exists() or _is_drafted(document, own)


def _is_drafted(document: Any, pages: QuerySet[InnovationPage]) -> bool:
    """Whether the latest draft of one of ``pages`` names the document."""
    # A row of evidence and a block name it by the first of these, a link by the other, escaped as often as
    # the text stands within a text. The database only narrows the drafts down to a few that are read.
    spelling = rf'(document\\*": ?|id=\\*"){document.pk}[^0-9]'
    latest = Revision.objects.filter(pk__in=pages.values("latest_revision"))
    narrowed = latest.alias(text=Cast("content", TextField())).filter(text__regex=spelling)
    return any(_names(revision.as_object(), document) for revision in narrowed)


def _names(draft: InnovationPage, document: Any) -> bool:
    return _offers(draft, document) or any(row.document_id == document.pk for row in draft.evidence.all())
