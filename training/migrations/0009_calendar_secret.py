"""Calendar addresses that exist go on, their secrets sealed."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from accounts.sealing import fingerprint, seal, unseal

PURPOSE = "calendar"


def seal_secrets(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("training", "Preference").objects
    for row in rows.exclude(calendar_token=None).iterator():
        rows.filter(pk=row.pk).update(
            calendar_sealed=seal(row.calendar_token, purpose=PURPOSE),
            calendar_digest=fingerprint(row.calendar_token, purpose=PURPOSE),
        )


def open_secrets(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("training", "Preference").objects
    for row in rows.exclude(calendar_digest=None).iterator():
        rows.filter(pk=row.pk).update(calendar_token=unseal(row.calendar_sealed, purpose=PURPOSE))


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0008_version_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="calendar_sealed",
            field=models.CharField(
                blank=True, help_text="The secret in the calendar's address, encrypted.", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="calendar_digest",
            field=models.CharField(
                blank=True,
                help_text="Its keyed digest, by which it is found.",
                max_length=64,
                null=True,
                unique=True,
            ),
        ),
        migrations.RunPython(seal_secrets, open_secrets),
        migrations.RemoveField(
            model_name="preference",
            name="calendar_token",
        ),
    ]
