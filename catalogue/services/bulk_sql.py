"""INSERT of many rows with little work a row: Django's own spends most of its time asking each field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

# Their values go to the database as they are. Everything else is asked how it is stored.
_PLAIN = (
    models.AutoField,
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)
_PARAMETERS = 900
"""Parameters of one statement; SQLite before 3.32 takes 999."""


def insert_objects(model: type[models.Model], objects: Sequence[Any]) -> None:
    """Insert ``objects`` into the table of ``model`` itself, parents aside, without their automatic keys.

    No signals and no validation; keys are not read back.
    """
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    stored = [(attrgetter(field.attname), _conversion(field)) for field in fields]
    rows = ([convert(get(item)) if convert else get(item) for get, convert in stored] for item in objects)
    insert_values(model, [str(field.column) for field in fields], rows)


def insert_values(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of values that are as the database stores them."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    # Names come from the model, values are parameters.
    opening = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608
    one = f"({', '.join(['%s'] * len(columns))})"
    size = max(_PARAMETERS // len(columns), 1)
    with connection.cursor() as cursor:
        waiting: list[Any] = []
        for row in rows:
            waiting.extend(row)
            if len(waiting) >= size * len(columns):
                cursor.execute(opening + ", ".join([one] * size), waiting)
                waiting = []
        if waiting:
            cursor.execute(opening + ", ".join([one] * (len(waiting) // len(columns))), waiting)


def _conversion(field: models.Field) -> Callable[[Any], Any] | None:
    plain = isinstance(field, _PLAIN) and type(field).get_db_prep_save in {
        models.Field.get_db_prep_save,
        models.ForeignKey.get_db_prep_save,
    }
    if plain:
        return None
    return lambda value: field.get_db_prep_save(value, connection=connection)
