"""Notices about signed papers in words: which document, and whose name is missing.

A notice keeps only its cause, so that no name and no title lies about in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training.models import Document, DocumentKind, Holder, Notice

Kind = Notice.Kind
ABOUT = (Kind.DOCUMENT, Kind.WITHDRAWN)
"""Kinds whose cause ends with the key of a document."""


def documents_of(notices: Iterable[Notice]) -> dict[int, str]:
    """The kind of document each notice is about, by the notice's key; one query at most."""
    wanted = {notice.pk: _document(notice) for notice in notices if notice.kind in ABOUT}
    if not wanted:
        return {}
    kinds = dict(Document.objects.filter(pk__in=wanted.values()).values_list("pk", "kind"))
    return {key: kinds[document] for key, document in wanted.items() if document in kinds}


def _document(notice: Notice) -> int:
    key = notice.cause.partition(":")[2]
    return int(key) if key.isdecimal() else 0


def named(kind: str) -> str:
    """What a document is called in the active language; empty where it is not known any more."""
    return str(DocumentKind(kind).label) if kind else ""


def sentence(notice: Notice, kind: str) -> str:
    """What happened, with room for ``project``; nothing for a notice of another kind."""
    if notice.kind == Kind.NAMELESS:
        return _nameless(notice)
    if notice.kind == Kind.DOCUMENT:
        known, unknown = (
            _("The document “%(document)s” of “%(project)s” is signed."),
            _("A document of “%(project)s” is signed."),
        )
    elif notice.kind == Kind.WITHDRAWN:
        known, unknown = (
            _("The document “%(document)s” of “%(project)s” was revoked."),
            _("A document of “%(project)s” was revoked."),
        )
    else:
        return ""
    return known if kind else unknown


def _nameless(notice: Notice) -> str:
    if is_own(notice):
        return _("A document of “%(project)s” can't be signed: your name is missing.")
    if part_of(notice):
        return _("A document of “%(project)s” can't be signed: a name is missing (%(part)s).")
    return _("A document of “%(project)s” can't be signed: a name is missing.")


def is_own(notice: Notice) -> bool:
    """Whether the name that is missing is its reader's."""
    return notice.kind == Kind.NAMELESS and notice.cause.split(":")[2:3] == [str(notice.user_id)]


def part_of(notice: Notice) -> str:
    """The part of the person whose name is missing; empty in notices of before it was kept."""
    parts = notice.cause.split(":")[3:4] if notice.kind == Kind.NAMELESS else []
    return str(Holder(parts[0]).label) if parts and parts[0] in Holder.values else ""


def way(notice: Notice) -> str:
    """Where one gives one's name, for who has to; nothing for others."""
    language = get_language() or "id"  # which no prefix tells there
    return f"{reverse('account_data')}?language={language}" if is_own(notice) else ""
