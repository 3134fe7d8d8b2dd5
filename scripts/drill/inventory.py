"""All that a restored site must have, as one JSON object."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection
from django.db.models.fields.files import FieldFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, PageLogEntry

from catalogue.models import InnovationPage

ROWS = """SELECT count(*), coalesce(md5(string_agg(digest, '' ORDER BY digest)), '')
FROM (SELECT md5(row::text) AS digest FROM {table} AS row) AS digests"""


def inventory() -> dict[str, Any]:
    """``tables``: rows and checksum of each; ``files``: checksum of each upload and each private file;
    ``lost``: file rows whose file is away or another one; the rest are counts that a person can judge.
    """
    return {
        "tables": {name: table(name) for name in sorted(connection.introspection.table_names())},
        "files": files(Path(settings.MEDIA_ROOT)) | files(Path(settings.PRIVATE_ROOT)),
        "lost": lost(),
        "records": InnovationPage.objects.count(),
        "live": InnovationPage.objects.live().count(),
        "audit": PageLogEntry.objects.count() + ModelLogEntry.objects.count(),
        "second_factors": sum(readable(item) for item in Authenticator.objects.all()),
    }


def table(name: str) -> list[Any]:
    """How many rows a table has, and a checksum of them all that no order of theirs changes."""
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(ROWS.format(table=quoted))
            return list(cursor.fetchone())
        cursor.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - the name of a table of ours
        rows = sorted(hashlib.sha256(repr(row).encode()).hexdigest() for row in cursor.fetchall())
    return [len(rows), hashlib.sha256("".join(rows).encode()).hexdigest()]


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lost() -> list[str]:
    """Images and documents keep the SHA-1 of their file, renditions only its name."""
    kept = [item for model in (get_image_model(), get_document_model()) for item in model.objects.all()]
    renditions = get_image_model().get_rendition_model().objects.all()
    return [
        *(item.file.name for item in kept if sha1(item.file) != item.file_hash),
        *(item.file.name for item in renditions if sha1(item.file) is None),
    ]


def sha1(file: FieldFile) -> str | None:
    """None where there is no such file."""
    if not file.storage.exists(file.name):
        return None
    with file.open("rb") as opened:
        return hashlib.sha1(opened.read(), usedforsecurity=False).hexdigest()


def readable(item: Authenticator) -> bool:
    """Whether the secret of a second factor can be read: not without the SECRET_KEY it was kept under."""
    try:
        return bool(get_adapter().decrypt(item.data["secret"]))
    except InvalidToken:
        return False
