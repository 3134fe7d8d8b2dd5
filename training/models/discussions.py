"""Discussions of a batch, of a project and of a session of open learning."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.batches import Batch
from training.models.learning import Session
from training.models.programmes import CODE_LENGTH
from training.models.projects import Project

TITLE_LENGTH = 160
_USER = settings.AUTH_USER_MODEL


class Thread(models.Model):
    """What is talked about in one place: a batch, a project, or a session.

    One of a project may be about one of its steps, and about a question there.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.CASCADE, related_name="threads")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="threads"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="threads"
    )
    step = models.SlugField(max_length=CODE_LENGTH, blank=True)
    question = models.SlugField(max_length=CODE_LENGTH, blank=True)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    started_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_post_at = models.DateTimeField(default=timezone.now)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("discussion", "topic")
        verbose_name_plural = pgettext_lazy("discussion", "topics")
        ordering: ClassVar = ["-last_post_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="thread_has_one_place",
                condition=Q(batch__isnull=False, project__isnull=True, session__isnull=True)
                | Q(batch__isnull=True, project__isnull=False, session__isnull=True)
                | Q(batch__isnull=True, project__isnull=True, session__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.key)


class Post(models.Model):
    """Plain text by one person. An answer names the post it answers, which is no answer itself.

    ``submit_key`` makes a request that is sent twice one post. A hidden one keeps its text, which its author
    and the moderators still read.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    author = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)
    submit_key = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = pgettext_lazy("discussion", "message")
        verbose_name_plural = pgettext_lazy("discussion", "messages")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "submit_key"], name="post_submit_key_unique"),
        ]
        indexes: ClassVar = [models.Index(fields=["author", "created_at"], name="post_of_author")]

    def __str__(self) -> str:
        return str(self.key)


class Mention(models.Model):
    """A person of the place that a post names."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("discussion", "mention")
        verbose_name_plural = pgettext_lazy("discussion", "mentions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "user"], name="mention_unique")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.user_id}"


class PostReport(models.Model):
    """Somebody asks the moderators to look at a post; open until one of them has."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("discussion", "report")
        verbose_name_plural = pgettext_lazy("discussion", "reports")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "by"], name="report_once")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.at:%Y-%m-%d}"


class Moderation(models.Model):
    """What a moderator did: the audit row. Never changed, but for the words of an erased moderator."""

    class Action(models.TextChoices):
        HIDE = "hide", pgettext_lazy("moderation", "hidden")
        SHOW = "show", pgettext_lazy("moderation", "shown again")
        LOCK = "lock", pgettext_lazy("moderation", "locked")
        UNLOCK = "unlock", pgettext_lazy("moderation", "unlocked")
        SETTLE = "settle", pgettext_lazy("moderation", "report settled")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="moderations")
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.CASCADE, related_name="moderations"
    )
    action = models.CharField(max_length=8, choices=Action.choices)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("moderation")
        verbose_name_plural = _("moderations")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.action}"
