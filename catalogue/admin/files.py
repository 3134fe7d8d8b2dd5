"""Images and documents that an agency editor may see: a foreign draft's files say as much as its text."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from catalogue.models import AgencyMembership
from catalogue.permissions import hidden_innovations, rights_of


def choosable_files(files: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Files uploaded by ``user`` or by somebody of the same agencies; all of them for a curator."""
    rights = rights_of(user)
    if rights.sees_all:
        return files
    colleagues = AgencyMembership.objects.filter(agency__in=rights.agencies).values("user")
    return files.filter(Q(uploaded_by_user=user) | Q(uploaded_by_user__in=colleagues))


def limit_files(files: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Hook of the image and document choosers."""
    return choosable_files(files, request.user)


def limit_pages(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Hook of the page chooser: no foreign drafts and no foreign private records."""
    if rights_of(request.user).sees_all:
        return pages
    return pages.exclude(pk__in=hidden_innovations(request.user).values("pk"))


def may_name(story: Any, kept: Any, user: Any) -> bool:
    """Whether ``user`` may point to every file and page in ``story``; those in ``kept`` were there before."""
    new = _named(story) - _named(kept)
    for model in {found for found, _key in new}:
        keys = {key for found, key in new if found is model}
        if issubclass(model, Page):
            if hidden_innovations(user).filter(pk__in=keys).exists():
                return False
        elif choosable_files(model.objects.all(), user).filter(pk__in=keys).count() < len(keys):
            return False
    return True


def _named(story: Any) -> set[tuple[Any, str]]:
    """Model and key of everything that blocks and links of a story point to."""
    return {(model, str(key)) for model, key, *_path in story.stream_block.extract_references(story)}
