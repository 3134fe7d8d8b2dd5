"""What all controlled vocabularies share, and the stamp that tells when one of them changed."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CODE_VALIDATOR = RegexValidator(
    r"^[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*$",
    _("Use letters, digits, full stops and hyphens only."),
)


def split_synonyms(text: str) -> tuple[str, ...]:
    """The synonyms in ``text``, one a line or separated by semicolons."""
    return tuple(part.strip() for part in text.replace(";", "\n").splitlines() if part.strip())


class LabelledItem(models.Model):
    """Labels in both languages, synonyms, validity and the item that took this one's place."""

    label_en = models.CharField(_("English label"), max_length=255, blank=True)
    synonyms = models.TextField(
        _("synonyms and acronyms"),
        blank=True,
        help_text=_("One a line. They find the same records as the label."),
    )
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), null=True, blank=True)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), null=True, blank=True)
    confirmed = models.BooleanField(
        _("confirmed"), default=True, help_text=_("Off while the official wording is not confirmed.")
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        # One transaction: whoever sees the changes a save leaves for the index reads the labels anew.
        with transaction.atomic():
            super().save(*args, **kwargs)
            VocabularyStamp.raise_stamp()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            result = super().delete(*args, **kwargs)
            VocabularyStamp.raise_stamp()
        return result


class VocabularyItem(LabelledItem):
    """A row with a stable code: addresses, the API and the index carry codes, never labels."""

    code = models.CharField(_("code"), max_length=120, validators=[CODE_VALIDATOR])
    label_id = models.CharField(_("Indonesian label"), max_length=255)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label()

    def label(self, language: str | None = None) -> str:
        """The label in ``language`` (default: the active one), the Indonesian one where it has none."""
        wanted = language or get_language() or "id"
        return self.label_en if wanted.startswith("en") and self.label_en else self.label_id


class VocabularyStamp(models.Model):
    """One row whose value changes with every change of a vocabulary.

    Each process keeps the labels in memory and asks for this value once a request. It is random, so a
    change that was rolled back can't be taken for a later one.
    """

    value = models.UUIDField(default=uuid.uuid4)

    PK: ClassVar[int] = 1

    class Meta:
        verbose_name = _("vocabulary stamp")

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def raise_stamp(cls) -> None:
        """Tell every process that labels changed; part of the caller's transaction."""
        cls.objects.update_or_create(pk=cls.PK, defaults={"value": uuid.uuid4()})

    @classmethod
    def current(cls) -> uuid.UUID | None:
        """The value now; ``None`` before any vocabulary was written."""
        return next(iter(_CURRENT.all()), None)


_CURRENT = VocabularyStamp.objects.filter(pk=VocabularyStamp.PK).values_list("value", flat=True)
"""Every request asks it: its statement is put together once."""
