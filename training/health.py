"""Whether the mails of training leave, for the readiness check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from training.models import Notice

LATE = timedelta(minutes=15)
_OPEN = (Notice.Mail.WAITING, Notice.Mail.SENDING, Notice.Mail.FAILED)


def mail() -> dict[str, Any]:
    """Counts of mails as plain data: one query, whatever waits.

    ``waiting`` ones leave with the worker's next turns; ``stuck`` ones were in the hands of a worker that was
    killed and are not sent again; ``failed`` ones the server refused. ``late`` when one has waited for more
    than a quarter of an hour. Always ``ok``: the site answers without mails, and all they say is on it.
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
