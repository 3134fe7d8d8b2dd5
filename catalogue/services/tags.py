"""Tags: finding the one that is meant, making new ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count
from wagtail.models import Revision

from catalogue.documents import public_records
from catalogue.models import Tag, TaggedInnovation
from catalogue.permissions import rights_of, visible_innovations
from catalogue.vocabulary import CodeList, Entry, snapshot

NEAR = 0.72
"""How alike two spellings must be (0–1) to be shown as near; chosen so that one wrong letter in a word of
four still matches."""


@dataclass(frozen=True, slots=True)
class TagSuggestion:
    """A tag with the number of records that carry it; ``near`` when only its spelling is close."""

    name: str
    label_en: str
    uses: int
    near: bool


def suggest(*, text: str, user: Any, limit: int = 10) -> list[TagSuggestion]:
    """Tags that contain ``text`` in a label or synonym, most used first, then those spelt nearly so.

    Whoever doesn't see every record is not told of tags that only the drafts of others propose.
    """
    wanted = " ".join(text.casefold().split())
    if not wanted:
        return []
    tags = snapshot().tags
    codes = [code for code, entry in tags.entries.items() if entry.heir is None]
    holding = {code for code in codes if any(wanted in name for name in _names(tags.entries[code]))}
    likeness = {code: _likeness(wanted, tags.entries[code]) for code in codes if code not in holding}
    close = {code: score for code, score in likeness.items() if score >= NEAR}
    secret = _foreign_proposals(user, [code for code in (*holding, *close) if tags.entries[code].proposed])
    holding -= secret
    near = sorted(close.keys() - secret, key=lambda code: (close[code], code), reverse=True)[:limit]
    uses = _uses([*holding, *near])
    ordered = sorted(holding, key=lambda code: (-uses[code], code)) + near
    return [_suggestion(tags, code, uses[code], code not in holding) for code in ordered[:limit]]


def _foreign_proposals(user: Any, codes: Sequence[str]) -> set[str]:
    """Those of the proposed tags ``codes`` that neither a record ``user`` sees nor a public one carries."""
    if not codes or rights_of(user).sees_all:
        return set()
    own = visible_innovations(user)
    drafts = Revision.objects.filter(pk__in=own.values("latest_revision"))
    drafted = {
        row["tag"] for rows in drafts.values_list("content__tagged_items", flat=True) for row in rows or ()
    }
    told = TaggedInnovation.objects.filter(content_object__in=own) | TaggedInnovation.objects.filter(
        content_object__in=public_records()
    )
    hidden = Tag.objects.filter(slug__in=codes).exclude(pk__in=drafted)
    return set(hidden.exclude(pk__in=told.values("tag")).values_list("slug", flat=True))


def _suggestion(tags: CodeList, code: str, uses: int, near: bool) -> TagSuggestion:
    entry = tags.entries[code]
    return TagSuggestion(entry.label_id, entry.label_en, uses, near)


def _names(entry: Entry) -> list[str]:
    return [name.casefold() for name in (entry.label_id, entry.label_en, *entry.synonyms) if name]


def _likeness(wanted: str, entry: Entry) -> float:
    return max(_ratio(wanted, name) for name in _names(entry))


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    # The quick bound spares the slow comparison for nearly all of the vocabulary.
    return matcher.ratio() if matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR else 0.0


def _uses(codes: Iterable[str]) -> dict[str, int]:
    wanted = set(codes)
    counted = Tag.objects.filter(slug__in=wanted).annotate(uses=Count("tagged_innovations"))
    return dict.fromkeys(wanted, 0) | dict(counted.values_list("slug", "uses"))


def ensure_tags(*, names: Iterable[str], accepted: bool) -> list[str]:
    """The canonical names for ``names``, making those that don't exist.

    A label, a synonym or a code of an existing tag means that tag, and a merged tag means its heir. A new
    tag is accepted at once when ``accepted``, proposed otherwise.
    """
    tags = snapshot().tags
    known = {name: code for code, entry in tags.entries.items() for name in (*_names(entry), code)}
    found: dict[str, None] = {}
    for name in (" ".join(raw.split()) for raw in names):
        code = known.get(name.casefold())
        if code is not None:
            found[tags.entries[tags.resolve(code) or code].label_id] = None
        elif name:
            state = Tag.State.ACCEPTED if accepted else Tag.State.PROPOSED
            tag, _made = Tag.objects.get_or_create(name=name, defaults={"state": state})
            found[tag.name] = None
    return list(found)
