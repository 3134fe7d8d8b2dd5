"""A paper is signed as its project stands at the end: what changes meanwhile sends it back to wait."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.training.people import Cast
from tests.training.scoring import lock
from tests.training.test_documents import named
from training.errors import GuardsUnmet
from training.models import Certificate, Project
from training.services import certificates, locking, standing
from training.signing import get_signer

pytestmark = pytest.mark.django_db
WAITING, ISSUED = Certificate.State.WAITING, Certificate.State.ISSUED


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def people() -> Cast:
    """A project that passed; its certificate waits for a signature."""
    made = named("graduation")
    lock(made, 5)
    made.move("pass", note="Lulus")
    return made


class Meanwhile:
    """A signer that something happens beside."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self.signer = get_signer()
        self.is_demo, self.happens = self.signer.is_demo, happens

    def sign(self, pdf: bytes, **more: Any) -> Any:
        self.happens()
        return self.signer.sign(pdf, **more)


def suspect(people: Cast) -> None:
    standing.act(
        project=people.fresh(), code="suspect", by=people.mentor, reason="Tiruan", submit_key=uuid.uuid4()
    )


def unlock(people: Cast) -> None:
    locking.unlock(
        project=people.fresh(), reason="Salah hitung", by=people.coordinator, submit_key=uuid.uuid4()
    )


def rename(people: Cast) -> None:
    Certificate.objects.filter(project=people.project).update(predicate="Memuaskan")


@pytest.mark.parametrize("change", [suspect, unlock, rename])
def test_what_changes_beside_the_signer_sends_it_back(people, change):
    waiting = Certificate.objects.get()
    assert certificates.issue(waiting, Meanwhile(lambda: change(people))) is False
    row = Certificate.objects.get()
    assert (row.state, row.file.name) == (WAITING, "")
    assert not waiting.file


def test_nothing_changed_is_signed(people):
    assert certificates.issue(Certificate.objects.get(), Meanwhile(lambda: None)) is True
    assert Certificate.objects.get().state == ISSUED


def test_it_waits_while_its_result_is_open_and_says_what_was_locked_then(people):
    unlock(people)
    assert certificates.issue_waiting() == 0
    locking.lock(project=people.fresh(), by=people.coordinator, submit_key=uuid.uuid4())
    assert certificates.issue_waiting() == 1
    assert Certificate.objects.get().predicate == "Sangat memuaskan"


def test_none_is_issued_again_while_the_result_is_open(people):
    certificates.issue_waiting()
    certificates.revoke(certificate=Certificate.objects.get(), by=people.coordinator, reason="Salah nama")
    unlock(people)
    again = {"project": Project.objects.get(), "by": people.coordinator, "reason": "Nama benar"}
    with pytest.raises(GuardsUnmet, match="dikunci"):
        certificates.reissue(**again, submit_key=uuid.uuid4())
    assert Certificate.objects.count() == 1
