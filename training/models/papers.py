"""Signed papers: reserved with the move that earns them, signed by the worker, checked by anybody."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.programmes import Institution

# Crockford's base 32: no letter is taken for a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS = 16
_GROUP = 4


def new_code() -> str:
    """A code of 80 random bits, in groups of four: ``7K2M-…``."""
    letters = "".join(secrets.choice(_ALPHABET) for _letter in range(_CODE_LETTERS))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _CODE_LETTERS, _GROUP))


def read_code(text: str) -> str:
    """``text`` as a code is written: people type small letters, spaces, O for 0 and I or L for 1."""
    letters = "".join(char for char in text.upper() if char.isalnum()).translate(str.maketrans("OIL", "011"))
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def private_storage() -> Storage:
    return storages["private"]


def place_of(paper: Any, _name: str) -> str:
    """Random, so that an attempt that was given up never stands where the issued file is."""
    return f"{paper.FOLDER}/{paper.key}-{secrets.token_hex(4)}.pdf"


class CertificateSeries(models.Model):
    """The last number an institution gave in a year to one kind of paper; certificates are the empty kind."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, blank=True, default="")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of certificates")
        verbose_name_plural = _("series of certificates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "year", "kind"], name="certificate_series_unique")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.year} {self.kind}"


class SignedPaper(models.Model):
    """What is printed is kept here, so that it reads the same for ever."""

    FOLDER: ClassVar[str]
    """Below the private storage."""
    NO_NAME = "no-name"
    """The trouble of a paper on which somebody would stand whose name nobody has given yet."""
    NO_KEY = "no-key"
    """…for which there is no key to sign with."""
    NOT_MADE = "not-made"
    """…that could not be drawn or signed itself."""
    TROUBLES: ClassVar = {
        NO_NAME: _("a name is missing"),
        NO_KEY: _("the key to sign with is not there; once it is, this is signed by itself"),
        NOT_MADE: _("it could not be made; an administrator finds the reason in the log of the worker"),
    }

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for the signature")
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("revoked")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING, db_index=True)
    number = models.CharField(pgettext_lazy("certificate", "number"), max_length=120, unique=True)
    code = models.CharField(max_length=24, unique=True, default=new_code)
    holder = models.CharField(_("name"), max_length=320, blank=True)
    title = models.CharField(max_length=255)
    programme = models.CharField(max_length=255)
    institution = models.CharField(max_length=255)
    batch = models.CharField(max_length=120, blank=True)
    is_demo = models.BooleanField(default=False)
    reserved_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=private_storage, upload_to=place_of, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    signer = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="SHA-256 of the signer's certificate."
    )
    signer_until = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=255, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def trouble_words(self) -> str:
        """Why it waits, in the reader's language; empty where nothing is known. ``trouble`` is the code of
        it, and what staff look for in the log after a colon.
        """
        code = self.trouble.partition(":")[0]
        return str(self.TROUBLES.get(code, self.TROUBLES[self.NOT_MADE])) if code else ""

    @property
    def lacks_name(self) -> bool:
        """Whether it waits for somebody's name."""
        return self.state == self.State.WAITING and self.trouble == self.NO_NAME
