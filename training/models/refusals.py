"""What somebody was refused: kept, so that whoever tries what is not theirs can be seen trying."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Refusal(models.Model):
    """A request of a signed-in person that was answered "not there" or "not like this".

    Neither what was sent nor the address with its ids is kept, only the name of the route. ``more`` counts
    the refusals of the same hour after the last one that has a row of its own.
    """

    wagtail_reference_index_ignore = True  # or each row brings another one, which tells nobody anything

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    method = models.CharField(_("request"), max_length=8)
    route = models.CharField(_("route"), max_length=64)
    status = models.PositiveSmallIntegerField(_("answer"))
    more = models.PositiveIntegerField(_("more in that hour"), default=0)

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="refusal_user_at")]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"
