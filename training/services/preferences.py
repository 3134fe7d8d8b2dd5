"""How a person wants to be told, and what of it is theirs to choose."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from accounts.sealing import fingerprint, fingerprints, seal
from training.models import Notice, Preference
from training.models.notices import CALENDAR

GROUPS: Mapping[str, str] = {
    Notice.Kind.MOVED: "turns",
    Notice.Kind.CONSULTATION: "turns",
    Notice.Kind.LOG_QUESTION: "turns",
    Notice.Kind.MENTIONED: "turns",
    Notice.Kind.REPLIED: "turns",
    Notice.Kind.PEER_ASKED: "turns",
    Notice.Kind.PEER_GIVEN: "turns",
    Notice.Kind.REMINDER: "reminders",
    Notice.Kind.LOGBOOK: "reminders",
    Notice.Kind.FOLLOW_UP: "reminders",
    Notice.Kind.DOCUMENT: "papers",
    Notice.Kind.CERTIFICATE: "papers",
}
"""Kinds whose mails may be put off or turned off, and the preference that says so.

All others always leave at once: an invitation is the only way to an account or a team, work that comes back
has a due date, a seminar brings its calendar file, a result has days for an appeal, and a revocation, a
missing name or a missing key changes what somebody may rely on.
"""
_TOKEN_BYTES = 32


def of(user: User) -> Preference:
    """The person's preferences; those of somebody who never chose are not saved."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def save(*, user: User, turns: str, reminders: str, papers: str, language: str) -> None:
    """Keep what was chosen."""
    chosen = {"turns": turns, "reminders": reminders, "papers": papers, "language": language}
    Preference.objects.update_or_create(user=user, defaults=chosen)


def languages(preference: Preference | None) -> list[str]:
    """The languages of the person's mails, the first one also of the subject."""
    codes = [code for code, _name in settings.LANGUAGES]
    chosen = preference.language if preference else Preference.Language.BOTH
    return [chosen] if chosen in codes else codes


def wanting(how: str) -> Q:
    """Notices whose readers want such ones ``how``: a ``Preference.Mail``."""
    found = Q(pk__in=[])
    for group in sorted(set(GROUPS.values())):
        kinds = [kind for kind, of_kind in GROUPS.items() if of_kind == group]
        found |= Q(kind__in=kinds, **{f"user__training_preference__{group}": how})
    return found


def renew_calendar(*, user: User) -> str:
    """A new secret for the calendar's address; the one before leads nowhere from now on.

    What is stored opens nothing without the site's key: the secret sealed, and a keyed digest to find it by.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    kept = {
        "calendar_sealed": seal(token, purpose=CALENDAR),
        "calendar_digest": fingerprint(token, purpose=CALENDAR),
    }
    Preference.objects.update_or_create(user=user, defaults=kept)
    return token


def revoke_calendar(*, user: User) -> None:
    """Close the calendar's address."""
    Preference.objects.filter(user=user).update(calendar_sealed="", calendar_digest=None)


def calendar_owner(token: str) -> User | None:
    """Whose calendar the secret opens; nobody's when the account is off."""
    digests = list(fingerprints(token, purpose=CALENDAR))
    found = Preference.objects.filter(calendar_digest__in=digests, user__is_active=True)
    preference = found.select_related("user").first()
    return preference.user if preference else None
