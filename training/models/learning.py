"""Open learning: the sessions of a programme version, what is read there, and who has done which."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from training.models.labels import Labelled, in_language
from training.models.programmes import CODE_LENGTH, ProgrammeVersion
from training.models.projects import Project

https_only = URLValidator(schemes=["https"], message=_("Write an address that begins with https://."))


class Session(Labelled, ClusterableModel):
    """One unit of an open programme. Its words may be mended while people learn, unlike the rules."""

    version = models.ForeignKey(
        ProgrammeVersion,
        verbose_name=_("programme version"),
        on_delete=models.PROTECT,
        related_name="sessions",
        limit_choices_to={"is_open_learning": True},
    )
    code = models.SlugField(_("code"), max_length=CODE_LENGTH)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    introduction_id = models.TextField(_("introduction in Indonesian"))
    introduction_en = models.TextField(_("introduction in English"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    after_previous = models.BooleanField(_("opens after the session before is done"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("learning", "session")
        verbose_name_plural = pgettext_lazy("learning", "sessions")
        ordering: ClassVar = ["version", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="session_code_unique"),
        ]

    @property
    def introduction(self) -> str:
        return in_language(self, "introduction")


class Material(Labelled, Orderable):
    """Something to read or watch in a session."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        LINK = "link", pgettext_lazy("learning", "link")
        VIDEO = "video", pgettext_lazy("learning", "video")
        FILE = "file", pgettext_lazy("learning", "file")

    session = ParentalKey(Session, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    body_id = models.TextField(_("text in Indonesian"), blank=True)
    body_en = models.TextField(_("text in English"), blank=True)
    url = models.CharField(
        _("address"),
        max_length=500,
        blank=True,
        validators=[https_only],
        help_text=_("Of a link or a video: it begins with https:// and opens on its own site."),
    )
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=pgettext_lazy("learning", "file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(Orderable.Meta):
        verbose_name = pgettext_lazy("learning", "material")
        verbose_name_plural = pgettext_lazy("learning", "materials")

    @property
    def body(self) -> str:
        return in_language(self, "body")

    def clean(self) -> None:
        """Raises ``ValidationError`` for a material without what its kind consists of."""
        super().clean()
        wanted: dict[str, Any] = {
            self.Kind.TEXT: ("body_id", self.body_id),
            self.Kind.LINK: ("url", self.url),
            self.Kind.VIDEO: ("url", self.url),
            self.Kind.FILE: ("document", self.document_id),
        }
        field, given = wanted.get(self.kind, ("kind", True))
        if not given:
            raise ValidationError({field: _("A material of this kind needs it.")})


class SessionDone(models.Model):
    """The learner marked the session as done."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sessions_done")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="done")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("session that is done")
        verbose_name_plural = _("sessions that are done")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "session"], name="session_done_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.session_id}"
