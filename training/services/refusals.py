"""Keeping what people were refused, and forgetting it in time."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from training.models import Refusal

logger = logging.getLogger(__name__)

AN_HOUR = 60
"""Rows a person fills in an hour; what follows is counted in the last of them."""
KEPT = timedelta(days=180)


def keep(*, user_id: int, method: str, route: str, status: int) -> None:
    """Keep one refusal, in a transaction of its own; a database that is busy is told to the log alone.

    The answer was given before: nobody waits for it or learns of it.
    """
    try:
        with transaction.atomic():
            _keep(user_id, method[:8], route[:64], status)
    except DatabaseError as error:
        logger.warning("A refusal (%s %s %d) was not kept: %s", method, route, status, type(error).__name__)


def _keep(user_id: int, method: str, route: str, status: int) -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    latest = list(Refusal.objects.filter(user=user_id, at__gte=hour).values_list("pk", flat=True)[:AN_HOUR])
    if len(latest) < AN_HOUR:
        Refusal.objects.create(user_id=user_id, method=method, route=route, status=status)
    else:
        Refusal.objects.filter(pk=latest[0]).update(more=F("more") + 1)


def forget_old() -> int:
    """Delete what is older than half a year; how many rows went."""
    count, _by_model = Refusal.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return count
