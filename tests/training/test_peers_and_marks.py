"""Peer reviews have no part in marks: whatever they say, everything official stays byte for byte."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core import serializers
from django.utils import timezone

from tests.training.beside import Beside, asked, beside, enrolled, with_design
from tests.training.coordinators import address, signed_in
from tests.training.people import person
from tests.training.scenes import as_user, hidden
from tests.training.scoring import lock, score_all, sheet
from training import results
from training.models import Assignment, Holder, PeerReview, Result, ScoreSheet, Settlement
from training.recap import recap
from training.services import peers
from training.severity import severities

pytestmark = pytest.mark.django_db
WORST = {"strong": "0", "unclear": "Nilai 0. Tidak lulus. " * 40, "suggestion": "-100"}
BEST = {"strong": "100", "unclear": "Sangat memuaskan " * 40, "suggestion": "1" * 300}
VARYING = rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|value="[0-9a-f-]{36}"|[\w-]{43}'
"""What is another in every answer: nonces and keys of forms."""


@pytest.fixture
def made() -> Beside:
    """A project that two examiners scored, with two peers in its batch."""
    found = beside()
    with_design(found)
    other = person("examiner")
    Assignment.objects.create(
        project=found.project, user=other, role=Holder.EXAMINER, accepted_at=timezone.now()
    )
    sheet(found.project, "seminar-1", other)
    score_all(found.cast)
    found.people["second-peer"] = enrolled(found.cast)
    return found


def workbook(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook; the archive around them says when it was made."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def official(made: Beside) -> dict[str, bytes]:
    """All that is said officially of the marks of the batch, as bytes."""
    batch, project = made.cast.batch, made.project
    standing = results.standing(project)
    client = signed_in(made.coordinator)
    pages = [
        address("results", batch), address("result", batch, project=project.key), address("severity", batch),
        f"/id/training/projects/{project.key}/scores/",
    ]  # fmt: skip
    rows = [*ScoreSheet.objects.order_by("pk"), *Result.objects.order_by("pk"), *Settlement.objects.all()]
    return {
        "standing": repr((standing.marks, standing.total, standing.predicate, standing.digest)).encode(),
        "severity": repr(severities(batch)).encode(),
        **workbook(b"".join(recap(batch, "id", reader=made.coordinator))),
        "rows": serializers.serialize("json", rows).encode(),
        **{page: re.sub(VARYING, b"", client.get(page).content) for page in pages},
    }


@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
def test_the_whole_standing_is_the_same_before_and_after_the_most_extreme_reviews(made, locked):
    if locked:
        lock(made.cast)
    before = official(made)
    assert b"<v>100" in before["xl/worksheets/sheet1.xml"]
    for reviewer, texts in ((made.other_participant, WORST), (made.second_peer, BEST)):
        review = asked(made, reviewer)
        peers.give(review=review, by=reviewer, texts=texts)
        review.refresh_from_db()
        peers.thank(review=review, by=made.participant, words="100")
    assert PeerReview.objects.exclude(given_at=None).count() == peers.MOST
    after = official(made)
    assert [name for name in before if before[name] != after[name]] == []


def test_a_review_takes_no_mark(made):
    review = asked(made, made.other_participant)
    client, here = as_user(made.other_participant), f"/id/training/peers/{review.key}/"
    for field in ("l-problem", "e-academic", "total", "score", "rank", "predicate"):
        sent = hidden(client.get(here)) | WORST | {field: "1"}
        assert client.post(here, sent).status_code == 400, field
        assert PeerReview.objects.get(pk=review.pk).given_at is None
