"""The roles of people who work in the catalogue, and the rights each one has.

A role is a Django group. Applications above this one add the rights on their own models with ``grant`` when
they are ready; ``ensure_roles`` then makes the groups say exactly that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from accounts.models import User


class Role(StrEnum):
    """What somebody is in the catalogue. The value is a stable code, never shown."""

    ADMINISTRATOR = "administrator"
    CURATOR = "curator"
    AGENCY_EDITOR = "agency-editor"
    COORDINATOR = "coordinator"


# The names that administrators see when they give somebody a role.
GROUP_NAMES = {
    Role.ADMINISTRATOR: "Administrator",
    Role.CURATOR: "Kurator",
    Role.AGENCY_EDITOR: "Penyunting instansi",
    Role.COORDINATOR: "Penyelenggara",
}

ADMIN_ACCESS = "wagtailadmin.access_admin"

# What a role may do to pages anywhere; an agency editor's rights come from the record's agency instead.
PAGE_PERMISSIONS = {
    Role.ADMINISTRATOR: ("add", "change", "publish", "bulk_delete", "lock", "unlock"),
    Role.CURATOR: ("add", "change", "publish", "bulk_delete", "lock", "unlock"),
    Role.AGENCY_EDITOR: (),
    Role.COORDINATOR: (),
}
# What a role may do to images and documents of every collection.
FILE_PERMISSIONS = {
    Role.ADMINISTRATOR: ("add", "change", "choose"),
    Role.CURATOR: ("add", "change", "choose"),
    Role.AGENCY_EDITOR: ("add", "choose"),
    Role.COORDINATOR: (),
}
# Roles whose work is not in Wagtail's admin.
OUTSIDE_ADMIN = frozenset({Role.COORDINATOR})

_granted: dict[Role, set[str]] = defaultdict(set)


def grant(role: Role, permissions: Iterable[str]) -> None:
    """Add ``app_label.codename`` permissions to a role; the administrator has all of them anyway."""
    _granted[role].update(permissions)


def permissions_of(role: Role) -> frozenset[str]:
    """The permissions of a role as ``app_label.codename``, the administrator's (all) aside."""
    return frozenset(_granted[role] if role in OUTSIDE_ADMIN else {ADMIN_ACCESS, *_granted[role]})


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of a person; read from the database once for each user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    found: frozenset[Role] | None = getattr(user, "_roles", None)
    if found is None:
        names = set(user.groups.values_list("name", flat=True))
        found = frozenset(role for role, name in GROUP_NAMES.items() if name in names)
        user._roles = found  # type: ignore[attr-defined]
    return found


def has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    """Whether a person has one of ``roles``; a superuser has every role."""
    return bool(user.is_active and user.is_superuser) or not roles_of(user).isdisjoint(roles)


def is_staff_member(user: User | AnonymousUser) -> bool:
    """Whether a person can reach anything that the public can't."""
    return bool(user.is_active) and (user.is_staff or user.is_superuser or user.has_perm(ADMIN_ACCESS))
