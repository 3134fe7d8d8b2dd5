"""Logbook and files of a person: given to them whole, taken away whole, and the seals of all others stay."""

from __future__ import annotations

import json
import uuid

import pytest

from accounts import privacy
from accounts.models import User
from tests.training import made_files
from tests.training.logs import entry, explain_all, implementing, own_storage
from tests.training.people import Cast
from tests.training.scenes import people, shared_cast
from training.models import EvidenceFile, EvidenceReason, LogEntry, LogPrivate, LogRemark
from training.models.certificates import private_storage
from training.services import logbook, seals

__all__ = ["own_storage", "people", "shared_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
SECRETS = ("Rapat-Rahasia", "Sukamaju-Rahasia", "rahasia.example", "Tanya-Rahasia", "Masih berjalan")


@pytest.fixture
def found(people: Cast) -> LogEntry:
    implementing(people)
    made = entry(
        people, "Rapat-Rahasia", link="https://rahasia.example/",
        private=logbook.Private("field", "Sukamaju-Rahasia", "unwell"),
        files=[("Foto-Rahasia.jpg", made_files.photo())],
    )  # fmt: skip
    logbook.remark(entry=made, actor=people.mentor, text="Tanya-Rahasia", submit_key=uuid.uuid4())
    explain_all(people.fresh())
    logbook.confirm(entry=made, actor=people.mentor, changes=0, submit_key=uuid.uuid4())
    return made


def given(user) -> str:
    return json.dumps(privacy.export_of(user)["training"]["logbooks"])


def test_everything_of_theirs_is_given_and_place_and_condition_to_the_writer_alone(people, found):
    own = given(people.participant)
    for secret in ("Rapat-Rahasia", "Sukamaju-Rahasia", "unwell", "rahasia.example", "Foto-Rahasia.jpg"):
        assert secret in own
    mentor = given(people.mentor)
    assert "Tanya-Rahasia" in mentor
    assert str(people.project.key) in mentor
    assert "Sukamaju" not in mentor
    assert "Rapat-Rahasia" not in mentor


def test_erasing_reaches_rows_files_and_what_others_asked(people, found, django_capture_on_commit_callbacks):
    name = found.files.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(user=User.objects.get(pk=people.participant.pk))
    assert not private_storage().exists(name)
    assert not EvidenceFile.objects.exists()
    assert not LogPrivate.objects.exists()
    assert not EvidenceReason.objects.exists()
    rows = [*LogEntry.objects.values(), *LogRemark.objects.values()]
    assert not any(secret in str(rows) for secret in SECRETS)
    assert seals.verify(people.fresh()) == []


def test_a_mentor_who_goes_takes_their_words_and_no_seal(people, found):
    privacy.erase(user=User.objects.get(pk=people.mentor.pk))
    assert LogRemark.objects.get().text == ""
    assert LogEntry.objects.get().activity == "Rapat-Rahasia"
    assert seals.verify(people.fresh()) == []
