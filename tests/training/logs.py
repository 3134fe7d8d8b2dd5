"""Logbooks for tests: a project that is being implemented, and forms as a browser sends them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.training import made_files
from tests.training.people import Cast
from tests.training.scenes import address, as_user, hidden
from training import logbooks, uploads
from training.models import EvidenceReason, LogEntry, Project
from training.models.certificates import private_storage
from training.services import logbook


@pytest.fixture
def own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private storage of this test alone: other tests run beside it and look into the common one."""
    for name in ("location", "base_location"):
        monkeypatch.setitem(private_storage().__dict__, name, str(tmp_path))
    return tmp_path


def implementing(people: Cast, *, days: int = 0) -> Project:
    """The project in its implementation, which began ``days`` ago."""
    people.answer_all()
    since = timezone.now() - timedelta(days=days)
    Project.objects.filter(pk=people.project.pk).update(
        state_code="implementation", entered_at=since, due_on=None
    )
    return people.fresh()


@pytest.fixture
def client(people: Cast) -> Client:
    """The participant's, twenty days after the implementation began."""
    implementing(people, days=20)
    return as_user(people.participant)


def page_of(people: Cast, role: str, rest: str = "logbook/") -> str:
    return as_user(getattr(people, role)).get(address(people, rest)).content.decode()


def draft(activity: str = "Uji coba di posyandu Melati", *, ago: int = 0, **more: Any) -> logbook.Draft:
    return logbook.Draft(on=timezone.localdate() - timedelta(days=ago), activity=activity, **more)


def entry(people: Cast, activity: str = "Uji coba di posyandu Melati", **more: Any) -> LogEntry:
    files = more.pop("files", ())
    with uploads.checked([upload(*file) for file in files]) as checked:
        return logbook.add(
            project=people.fresh(), actor=people.participant, draft=draft(activity, **more), files=checked,
            submit_key=uuid.uuid4(),
        )  # fmt: skip


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def photo(name: str = "foto.jpg") -> SimpleUploadedFile:
    return upload(name, made_files.photo())


def older(found: LogEntry, *, hours: float) -> LogEntry:
    """The entry as if written so long ago."""
    at: datetime = timezone.now() - timedelta(hours=hours)
    LogEntry.objects.filter(pk=found.pk).update(created_at=at)
    found.files.update(uploaded_at=at)
    return LogEntry.objects.get(pk=found.pk)


def explain_all(project: Project) -> None:
    """A reason for every row of the plan, to which the mentor agreed."""
    EvidenceReason.objects.bulk_create(
        [
            EvidenceReason(project=project, row=row.code, text="Masih berjalan", agreed_at=timezone.now())
            for row in logbooks.rows(project)
        ],
        ignore_conflicts=True,
    )


def write(client: Client, people: Cast, rest: str = "new/", language: str = "id", **given: Any) -> Any:
    """Open the form of an entry and send it as a browser would."""
    path = address(people, f"logbook/{rest}", language)
    fields = hidden(client.get(path))
    sent = {"activity": "Uji coba di posyandu Melati", "on": str(timezone.localdate())}
    return client.post(path.partition("?")[0], fields | sent | given)
