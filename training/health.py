"""Whether the mails of training leave and its papers are signed, for the readiness check and the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from training.models import Notice
from training.services import unsigned

LATE = timedelta(minutes=15)
_OPEN = (Notice.Mail.WAITING, Notice.Mail.SENDING, Notice.Mail.FAILED)


def mail() -> dict[str, Any]:
    """Counts of mails as plain data: one query, whatever waits.

    ``waiting`` ones leave with the worker's next turns; ``stuck`` ones were in the hands of a worker that was
    killed, or of a server that then said nothing, and are not sent again; ``failed`` ones it refused.
    ``late`` when one has waited for more than a quarter of an hour. Always ``ok``: the site answers without
    mails, and all they say is on it.
    """
    now = timezone.now()
    found = Notice.objects.filter(mail__in=_OPEN).aggregate(
        waiting=Count("pk", filter=Q(mail=Notice.Mail.WAITING)),
        stuck=Count("pk", filter=Q(mail=Notice.Mail.SENDING, created_at__lt=now - LATE)),
        failed=Count("pk", filter=Q(mail=Notice.Mail.FAILED)),
        oldest=Min("created_at", filter=Q(mail=Notice.Mail.WAITING)),
    )
    oldest = found.pop("oldest")
    return {"ok": True, "late": oldest is not None and oldest < now - LATE, **found}


def signing() -> dict[str, Any]:
    """Counts of papers that wait for a signature, as plain data: two queries.

    ``no_key`` ones wait for the key, ``not_made`` ones could not be drawn or signed themselves; ``late`` ones
    nobody has tried for a quarter of an hour: is the worker running? ``since_seconds`` is the age of the
    oldest. Always ``ok``: the site answers without signatures, and nothing is issued unsigned.
    """
    found = unsigned.waiting()
    age = round((timezone.now() - found.since).total_seconds()) if found.since else 0
    return {
        "ok": True,
        "no_key": found.no_key,
        "not_made": found.not_made,
        "late": found.late,
        "since_seconds": age,
    }
