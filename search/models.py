"""What search keeps in the database: versions, changes still to be applied, followers, leases, synonyms.

Keys are ``UUID``s here (a record's translation key) and canonical strings everywhere else.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecordVersion(models.Model):
    """How often a record changed. It outlives the record, so a late write can never bring it back."""

    key = models.UUIDField(_("key"), primary_key=True)
    version = models.BigIntegerField(_("version"))

    class Meta:
        verbose_name = _("record version")
        verbose_name_plural = _("record versions")

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Follower(models.Model):
    """One generation of one index that is owed every change from the moment this row was committed.

    ``place`` is where that index is kept (see ``SearchEngine.place``); ``host`` tells people who made it.
    """

    class State(models.TextChoices):
        BUILDING = "building", _("building")
        ACTIVE = "active", _("active")

    name = models.CharField(_("name"), max_length=120, unique=True)
    engine = models.CharField(_("engine"), max_length=40)
    host = models.CharField(_("host"), max_length=255)
    # A default of the database: processes of the version before don't name the column.
    place = models.CharField(_("place"), max_length=255, default="", db_default="", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BUILDING)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    last_seen = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")

    def __str__(self) -> str:
        return self.name


class PendingChange(models.Model):
    """A change that one follower has still to apply.

    A row that its engine refused is parked: ``parked_at`` is when it last was, ``refused_at`` when it was for
    the first time, ``refusal`` and ``reason`` say why, and it is tried again at ``retry_at`` without holding
    up the others. A newer change of the record starts afresh.
    """

    # No constraint in the database: a follower dropped while an editor's transaction is open would make
    # the editor's commit fail. Rows of followers that are gone are swept.
    # No index of its own: both indexes below begin with it, and bulk changes write every one.
    follower = models.ForeignKey(
        Follower,
        models.CASCADE,
        related_name="pending",
        db_constraint=False,
        db_index=False,
        verbose_name=_("follower"),
    )
    key = models.UUIDField(_("key"))
    version = models.BigIntegerField(_("version"))
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    reason = models.TextField(_("reason"), blank=True)
    # Defaults of the database: other processes insert rows without naming these columns.
    refusal = models.CharField(_("kind of refusal"), max_length=12, default="", db_default="", blank=True)
    refused_at = models.DateTimeField(_("refused since"), null=True, blank=True)
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    retry_at = models.DateTimeField(_("next attempt"), null=True, blank=True)

    class Meta:
        verbose_name = _("pending change")
        verbose_name_plural = _("pending changes")
        constraints = [
            models.UniqueConstraint(fields=["follower", "key"], name="search_pending_one_row_a_key"),
        ]
        indexes = [models.Index(fields=["follower", "retry_at", "id"], name="search_pending_due")]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Lease(models.Model):
    """The right to do something alone until ``expires_at`` (the database's clock)."""

    name = models.CharField(_("name"), max_length=150, primary_key=True)
    holder = models.CharField(_("holder"), max_length=255)
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return self.name


class SynonymGroup(models.Model):
    """Words, acronyms or phrases that mean the same to a search; editors keep them."""

    words = models.TextField(
        _("words"),
        help_text=_("Words, acronyms or phrases that mean the same, separated by commas or new lines."),
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")
        ordering = ["words"]

    def __str__(self) -> str:
        return " = ".join(self.members())

    def members(self) -> tuple[str, ...]:
        """The words and phrases, trimmed, without repeats and in the editor's order."""
        parts = (" ".join(part.split()) for part in self.words.replace("\n", ",").split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def clean(self) -> None:
        if len(self.members()) < 2:
            raise ValidationError({"words": _("Give at least two words or phrases.")})
