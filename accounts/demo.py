"""Accounts of the demonstration, and the file that keeps their passwords for whoever runs it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, random_password, verify_address

DOMAIN = "@demo.example"


@dataclass(frozen=True)
class Account:
    """Someone of the demonstration; ``name`` is what the file calls them, ``role`` is theirs in the site."""

    email: str
    name: str
    first_name: str
    last_name: str
    role: Role | None = None


def is_demo(user: User) -> bool:
    """Whether it is somebody of the demonstration, by the domain that nobody else can have (RFC 2606)."""
    return user.email.endswith(DOMAIN)


def ensure_account(account: Account, *, renew: bool = False) -> tuple[User, str]:
    """Make the account, with a verified address.

    The person, and the line with the new password: empty when the account keeps the one it has.
    """
    there = account.email in _known() and User.objects.filter(email=account.email).exists()
    password = None if there and not renew else random_password()
    with translation.override(settings.LANGUAGE_CODE):
        user = _staff(account, account.role, password) if account.role else _person(account, password)
    return user, f"{account.name:<14} {account.email:<26} {password}" if password else ""


def _staff(account: Account, role: Role, password: str | None) -> User:
    return create_staff_user(
        email=account.email,
        role=role,
        password=password,
        first_name=account.first_name,
        last_name=account.last_name,
    )


def _person(account: Account, password: str | None) -> User:
    names = {"first_name": account.first_name, "last_name": account.last_name}
    user = User.objects.filter(email=account.email).first() or User.objects.create_user(
        account.email, **names
    )
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
    verify_address(user=user)
    return user


def passwords_file() -> Path:
    """Where the passwords are."""
    path: Path = settings.VAR_DIR / "demo-accounts.txt"
    return path


def _known() -> set[str]:
    """Addresses whose password the file has."""
    path = passwords_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {words[1] for line in lines if len(words := line.split()) > 1}


def remember(lines: Iterable[str]) -> None:
    """Keep the passwords where only the owner can read them."""
    path = passwords_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = {line.split()[1]: line for line in lines}
    old = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [line for line in old if line.split()[1:2] and line.split()[1] not in new]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o600)
        file.write("\n".join([*kept, *new.values()]) + "\n")
