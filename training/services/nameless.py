"""Whose name a signed paper waits for, and who is told so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from training.deciding import beside
from training.models import Certificate, Document, Holder, Notice, Project
from training.services import notices


@dataclass(frozen=True, slots=True)
class Nameless:
    """Somebody who stands on a paper and has not given a name; ``role`` is their part on it."""

    user: User
    role: Holder


def on_certificate(certificate: Certificate) -> list[Nameless]:
    """Its holder, until they have a name."""
    return [] if certificate.holder else _without([(Holder.PARTICIPANT, certificate.project.owner)])


def on_document(document: Document) -> list[Nameless]:
    """Everybody on it who has no name, once; the names it has already are kept."""
    parts: list[tuple[Holder, User]] = []
    if not document.holder:
        parts.append((Holder.PARTICIPANT, document.project.owner))
    if not document.decider and document.event.actor is not None:
        parts.append((Holder(document.role), document.event.actor))
    return _without([*parts, *beside(document)])


def _without(parts: Iterable[tuple[Holder, User]]) -> list[Nameless]:
    first = {user.pk: Nameless(user, role) for role, user in reversed(list(parts))}
    return [one for one in reversed(first.values()) if not one.user.get_full_name()]


def tell(*, project: Project, missing: Iterable[Nameless]) -> None:
    """Tell each person and the coordinators, once a person; part of the caller's transaction."""
    leaders = notices.holders(project, Holder.COORDINATOR)
    for one in missing:
        notices.tell(
            people={one.user.pk} | leaders,
            project=project,
            kind=Notice.Kind.NAMELESS,
            cause=f"nameless:{project.pk}:{one.user.pk}:{one.role}",
        )
