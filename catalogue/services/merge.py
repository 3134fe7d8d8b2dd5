"""Merging: one item of a vocabulary takes the place of another, whose code then leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from catalogue.index_changes import record, using
from catalogue.models import InnovationPage, Tag, Term
from catalogue.models.vocabulary import VocabularyStamp
from catalogue.vocabulary import snapshot


def merge(*, item: Any, heir: Any) -> int:
    """Let ``heir`` take the place of ``item``: every row that points to ``item`` then points to ``heir``,
    the records concerned are left for the index, and the code of ``item`` resolves to that of ``heir``.

    Drafts in old revisions keep the old key, which stays valid. Returns the number of records concerned.
    Raises ``ValidationError`` when the two can't be merged.
    """
    _check(item, heir)
    with transaction.atomic():
        concerned = set(using(item).values_list("pk", flat=True))
        for relation in _relations(type(item)):
            _repoint(relation, item, heir)
        type(item).objects.filter(merged_into=item).update(merged_into=heir)
        if hasattr(item, "parent_id"):
            type(item).objects.filter(parent=item).update(parent=heir)
        type(item).objects.filter(pk=item.pk).update(merged_into=heir)
        item.merged_into = heir
        VocabularyStamp.raise_stamp()
        record(InnovationPage.objects.filter(pk__in=concerned))
    return len(concerned)


def _check(item: Any, heir: Any) -> None:
    if type(item) is not type(heir) or item.pk == heir.pk:
        raise ValidationError(_("Choose another item of the same vocabulary."))
    if item.merged_into_id:
        raise ValidationError(_("“%(item)s” was merged already.") % {"item": item})
    if heir.merged_into_id:
        raise ValidationError(_("“%(item)s” was itself merged into another.") % {"item": heir})
    if isinstance(item, Term) and item.scheme != heir.scheme:
        raise ValidationError(_("Choose another item of the same vocabulary."))
    above = getattr(heir, "parent", None)
    while above is not None:
        if above.pk == item.pk:
            raise ValidationError(_("An item can't be merged into one below it."))
        above = above.parent


def _relations(model: type[models.Model]) -> Iterator[Any]:
    """Columns of other tables that hold a key of ``model``, those of many-to-many tables included."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
    for relation in relations:
        if relation.auto_created and relation.one_to_many and relation.related_model is not model:
            yield relation.field


def _repoint(field: Any, item: Any, heir: Any) -> None:
    """Point rows to ``heir``. One that ``heir`` has already (a record with both tags) goes instead."""
    rows = field.model._base_manager.filter(**{field.name: item})
    for partner in _partners(field):
        held = field.model._base_manager.filter(**{field.name: heir}).values_list(partner, flat=True)
        rows.filter(**{f"{partner}__in": list(held)}).delete()
    rows.update(**{field.name: heir})


def _partners(field: Any) -> Iterator[str]:
    """Columns that must be unique together with ``field``."""
    meta = field.model._meta
    together = [set(names) for names in meta.unique_together]
    together += [set(c.fields) for c in meta.constraints if isinstance(c, models.UniqueConstraint)]
    for names in together:
        if field.name in names and len(names) == 2:
            yield (names - {field.name}).pop()


def follow_merges(*, page: InnovationPage) -> None:
    """Replace merged items that an old draft of ``page`` still names by their heirs."""
    heirs = snapshot().heirs
    for column in page._meta.concrete_fields:
        model = column.related_model
        if model is not None and model in heirs:
            key = getattr(page, column.attname)
            setattr(page, column.attname, heirs[model].get(key, key))


def accept_tag(*, tag: Tag) -> None:
    """Make a proposed tag a tag for everyone."""
    tag.state = Tag.State.ACCEPTED
    tag.save(update_fields=["state"])
