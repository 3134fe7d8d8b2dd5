"""Who has left a batch has left its discussion, until a coordinator lets the project go on."""

from __future__ import annotations

import pytest

from tests.training.beside import beside, key, say, topic
from tests.training.scenes import as_user
from training import forums
from training.models import Notice, Project
from training.services import standing

pytestmark = pytest.mark.django_db


def test_a_withdrawn_participant_reads_nothing_new_and_is_told_nothing():
    made = beside()
    batch, gone = made.cast.batch, made.people["other-participant"]
    first = topic(made, "other-participant", place=batch)
    left = Project.objects.get(owner=gone)
    pages = [f"/id/training/batches/{batch.key}/discussion/", f"/id/training/discussions/{first.thread.key}/"]
    client = as_user(gone)
    assert [client.get(url).status_code for url in pages] == [200, 200]

    def act(code: str) -> None:
        standing.act(project=left, code=code, by=made.coordinator, reason="Pindah", submit_key=key())

    act("withdraw")
    missing = client.get("/id/training/discussions/00000000-0000-4000-8000-000000000000/")
    assert [client.get(url).status_code for url in pages] == [missing.status_code] * 2 == [404, 404]
    assert client.post(pages[1], {"text": "Masih di sini"}).status_code == 404
    assert pages[0] not in client.get("/id/training/").content.decode()
    say(made, first, "participant", f"@{gone.get_full_name()} lihat ini")
    assert not Notice.objects.filter(user=gone, kind__in=["mentioned", "replied"]).exists()
    assert not forums.people(batch).filter(pk=gone.pk).exists()
    act("resume")
    assert [client.get(url).status_code for url in pages] == [200, 200]


def test_they_still_talk_with_their_coordinators_about_their_own_project():
    made = beside()
    Project.objects.filter(pk=made.project.pk).update(standing="withdrawn")
    assert made.forum("participant").may_post
