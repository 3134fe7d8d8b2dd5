"""What a password may be."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User


class MaximumLengthValidator:
    """Refuses passwords so long that hashing them would be work for an attacker to give."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > self.max_length:
            text = ngettext(
                "This password is too long: at most %(max_length)d character.",
                "This password is too long: at most %(max_length)d characters.",
                self.max_length,
            )
            raise ValidationError(text % {"max_length": self.max_length}, code="password_too_long")

    def get_help_text(self) -> str:
        return _("Your password may have at most %(max_length)d characters.") % {
            "max_length": self.max_length
        }
