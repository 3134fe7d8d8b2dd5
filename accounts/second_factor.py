"""Whether somebody has a second factor, and whether this session used it."""

from __future__ import annotations

import time
from enum import StrEnum
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User

# Recovery codes stand in for one of these and are none by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Policy(StrEnum):
    """What STAFF_MFA may say."""

    REQUIRED = "required"
    OPTIONAL = "optional"


def is_required() -> bool:
    return settings.STAFF_MFA != Policy.OPTIONAL


def used_in_session(request: HttpRequest) -> bool:
    """Whether the person proved a second factor since signing in: a code, a recovery code or a passkey."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def factors_of(user: User | AnonymousUser) -> frozenset[str]:
    """The kinds of second factor a person has set up."""
    return frozenset(
        Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).values_list("type", flat=True)
    )


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether a person without a second factor gave their password within allauth's time for such changes."""
    records = get_authentication_records(request, request.user)
    if not records or factors_of(request.user):
        return False
    return time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def way_to_second_factor(request: HttpRequest) -> str:
    """Where somebody without a proven second factor has to go: to set one up, or to use the one they have."""
    factors = factors_of(request.user)
    if not factors:
        return reverse("mfa_activate_totp")
    totp = Authenticator.Type.TOTP in factors
    view = "mfa_reauthenticate" if totp else "mfa_reauthenticate_webauthn"
    # Only an address that a browser can go back to.
    back = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
    return f"{reverse(view)}?{urlencode({'next': back})}"


@receiver(authenticator_added)
def setting_up_is_using(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object
) -> None:
    """Whoever sets a second factor up has just proved it; asking for the same code again would be refused."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
