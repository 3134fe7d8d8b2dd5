"""Rules about accounts that Django checks at start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from accounts.second_factor import Policy


@register(Tags.security)
def staff_mfa_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``accounts.E001``: STAFF_MFA says something else than required or optional."""
    if settings.STAFF_MFA in set(Policy):
        return []
    hint = f"Set it to one of: {', '.join(Policy)}."
    return [Error(f"STAFF_MFA={settings.STAFF_MFA} is unknown.", hint=hint, id="accounts.E001")]


@register(Tags.security, deploy=True)
def staff_mfa_is_required(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``accounts.W001``: a deployed site doesn't force the second factor."""
    if settings.STAFF_MFA == Policy.REQUIRED:
        return []
    return [checks.Warning("Staff need no second factor.", hint="Leave STAFF_MFA out.", id="accounts.W001")]
