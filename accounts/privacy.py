"""What the site holds about a person: given to them, and taken away (UU 27/2022, articles 6 to 8).

Every application that keeps personal data registers a holding. Erasing keeps the account's row as a
pseudonym: who did what stays true, and nobody can be found behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import APIToken, ModelLogEntry
from wagtail.users.models import UserProfile

from accounts import nip
from accounts.models import Identity, User
from accounts.roles import is_staff_member
from accounts.services import end_sessions

ERASED = "@erased.invalid"
"""Where the address of somebody who was erased ends."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of personal data. ``export`` gives plain values; ``erase`` runs inside a transaction."""

    name: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]


class NotNow(Exception):
    """The account can't be erased yet; the text says what to do first."""


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add what an application keeps; it does so when it is ready."""
    _holdings[holding.name] = holding


def export_of(user: User) -> dict[str, Any]:
    """Everything the site holds about ``user``, by kind; plain values that JSON can carry."""
    found = {"made_at": timezone.now().isoformat(), "account": _account(user)}
    return found | {holding.name: holding.export(user) for holding in _holdings.values()}


def erase(*, user: User) -> None:
    """Take everything about ``user`` away; the row stays as a pseudonym. Again changes nothing.

    Raises ``NotNow`` for somebody with a role in the catalogue: their rights go first.
    """
    if is_staff_member(user) or user.groups.exists():
        raise NotNow(_("An account with a role can't be erased. Ask an administrator to take the role away."))
    with transaction.atomic():
        for holding in _holdings.values():
            holding.erase(user)
        end_sessions(user=user)
        for model in (EmailAddress, SocialAccount, Authenticator, Identity, UserProfile, APIToken):
            model._default_manager.filter(user=user).delete()
        for model in (EditingSession, FormState):
            model._default_manager.filter(user=user).delete()
        _clean_logs(user)
        _forget_name(user)


def pseudonym(user: User) -> str:
    """What stands in place of the address."""
    return f"erased-{user.pk}{ERASED}"


def _account(user: User) -> Mapping[str, Any]:
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    sessions = UserSession.objects.filter(user=user)
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "nip": nip.of(user),
        "joined": user.date_joined.isoformat(),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        "addresses": list(addresses),
        "sessions": [
            {"ip": row.ip, "browser": row.user_agent, "started": row.created_at.isoformat()}
            for row in sessions
        ],
        "roles": list(user.groups.values_list("name", flat=True)),
        "second_factors": list(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
        "single_sign_on": list(SocialAccount.objects.filter(user=user).values_list("provider", flat=True)),
    }


def _forget_name(user: User) -> None:
    user.email, user.first_name, user.last_name = pseudonym(user), "", ""
    user.is_active = False
    user.set_unusable_password()
    user.save()


def _clean_logs(user: User) -> None:
    """Wagtail's log keeps the label a thing had: of the account itself, and of rows that named it."""
    ModelLogEntry.objects.for_instance(user).update(label=pseudonym(user), data={})
    # Rows that name the account begin with its address or its name; a short name is part of many words.
    names = [name for name in (user.email, user.get_full_name()) if len(name.split()) > 1 or "@" in name]
    for name in names:
        ModelLogEntry.objects.filter(Q(label=name) | Q(label__startswith=f"{name} ")).update(
            label=pseudonym(user)
        )
