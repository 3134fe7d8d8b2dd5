"""Confirmations are sealed; those that exist are, as they stand, by when they were made."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import migrations, models


def seal_confirmations(apps: Any, schema_editor: Any) -> None:
    """As ``services.seals`` seals them now."""
    books, entries = (apps.get_model("training", name).objects for name in ("Logbook", "LogEntry"))
    confirmed = entries.exclude(confirmed_at=None).select_related("project")
    for entry in confirmed.order_by("project_id", "confirmed_at", "pk").iterator():
        book, _made = books.get_or_create(project_id=entry.project_id)
        said = {
            "project": str(entry.project.key),
            "entry": str(entry.key),
            "sealed": entry.digest,
            "place": book.confirmed + 1,
            "previous": book.confirmed_head,
            "by": entry.confirmed_by_id,
            "at": entry.confirmed_at.astimezone(UTC).isoformat(),
        }
        seal = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        entries.filter(pk=entry.pk).update(confirmation_place=said["place"], confirmation=seal)
        books.filter(pk=book.pk).update(confirmed=said["place"], confirmed_head=seal)


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0014_refusals"),
    ]

    operations = [
        migrations.AddField("logbook", "confirmed", models.PositiveIntegerField(default=0)),
        migrations.AddField("logbook", "confirmed_head", models.CharField(blank=True, max_length=64)),
        migrations.AddField(
            "logentry", "confirmation_place", models.PositiveIntegerField(blank=True, null=True)
        ),
        migrations.AddField(
            "logentry",
            "confirmation",
            models.CharField(blank=True, help_text="The seal of its confirmation.", max_length=64),
        ),
        migrations.AddConstraint(
            "logentry",
            models.UniqueConstraint(fields=["project", "confirmation_place"], name="log_confirmation_unique"),
        ),
        migrations.RunPython(seal_confirmations, migrations.RunPython.noop),
    ]
