"""A coordinator at work, for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import User
from training.models import Batch

HEADER = (
    "Nama peserta", "Surel peserta", "Nama mentor", "Surel mentor", "Nama coach", "Surel coach", "Instansi",
)  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, batch: Batch, **more: Any) -> str:
    return reverse(f"training_batches:{name}", kwargs={"key": batch.key, **more})


def row(number: int = 1, **changes: str) -> list[str]:
    """A good row; ``changes`` by the position's name."""
    cells = {
        "name": f"Peserta {number}",
        "email": f"peserta{number}@dinas.go.id",
        "mentor": f"Mentor {number}",
        "mentor_email": f"mentor{number}@dinas.go.id",
        "coach": "Coach Satu",
        "coach_email": "coach@dinas.go.id",
        "agency": "gov-35.10",
    }
    return list((cells | changes).values())


def xlsx(rows: Sequence[Sequence[Any]], header: Sequence[Any] = HEADER) -> bytes:
    book = Workbook()
    for cells in [header, *rows]:
        book.active.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: Client, batch: Batch, content: bytes, name: str = "peserta.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(address("upload", batch), {"file": file})
