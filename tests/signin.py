"""Signing staff in for tests: with a second factor, as everywhere but in the demo profile."""

from __future__ import annotations

import time

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, ensure_roles


def staff(role: Role, email: str = "") -> User:
    """Somebody with a role, whose groups exist afterwards."""
    ensure_roles()
    return create_staff_user(email=email or f"{role.value}@tests.example", role=role)


def sign_in(client: Client, user: User) -> Client:
    """Sign ``user`` in as after a password and a code of an authenticator app."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    return client


def staff_client(role: Role) -> Client:
    """A client signed in as somebody with ``role``."""
    return sign_in(Client(), staff(role))
