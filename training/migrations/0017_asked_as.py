"""The addresses people were enrolled, asked or chosen by."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0015_sealed_confirmations"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="asked_as",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="The address by which they were asked; shown until they say yes.",
                max_length=254,
            ),
        ),
        migrations.AddField(
            model_name="batchexaminer",
            name="asked_as",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="The address by which they were chosen.",
                max_length=254,
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="asked_as",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="The address by which the participant was enrolled; shown until they say yes.",
                max_length=254,
            ),
        ),
    ]
