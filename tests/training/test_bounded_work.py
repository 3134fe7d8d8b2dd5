"""What one person sends costs no more than its size, and tells others a few times a day.

The sizes here take seconds where work grows with them, and hours where it grows with their square.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.training import made_files as made
from tests.training.people import Cast
from tests.training.scenes import address, as_user, hidden, in_state, people, shared_cast
from training import cites
from training.errors import GuardsUnmet
from training.models import Event, Notice, OriginalityCheck
from training.offline import reading
from training.privacy import holds_personal_data
from training.services import more_time, originality, standing
from training.services.sheets import UnreadableFile

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db
DEEP, LONG = 50_000, 1_000_000
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_form_whose_controls_lie_deep_in_each_other_is_read_once(people):
    opened, closed = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>", "</w:sdt>"
    form = f"<w:document {_W}>{opened * DEEP}{closed * DEEP}</w:document>"
    content = made.archive({"[Content_Types].xml": "<x/>", "word/document.xml": form})
    with pytest.raises(UnreadableFile):
        reading.read(people.project, content)


@pytest.mark.parametrize("text", ["a", "a-", "a@", "a@b ", "1 ", "08"])
def test_a_long_answer_without_an_address_is_read_once(text):
    assert not holds_personal_data((text * LONG)[:LONG])


@pytest.mark.parametrize(
    "address", ["budi@contoh.id", "a@b.c", ".budi.s+kerja@dinas-x.go.id", f"{'a' * 90}@contoh.id"]
)
def test_an_address_is_found_wherever_it_stands(address):
    for text in (address, f"surel:{address},", f"«{address}»", f"x {address} y", f"{'a' * 200} {address}"):
        assert holds_personal_data(text), text


class TestCited:
    def save(self, people: Cast, text: str) -> int:
        client, path = as_user(people.participant), address(people, "steps/idea/")
        return client.post(path, hidden(client.get(path)) | {"a-cited": text}).status_code

    def test_too_long_an_answer_is_refused_before_it_is_looked_up(self, people):
        in_state(people, "idea")
        lines = "\n".join(f"/id/innovations/{number}/" for number in range(50_000))
        assert self.save(people, lines) == 422
        assert not people.fresh().answers.get("cited")

    @pytest.mark.parametrize(("before", "is_found"), [(49, True), (50, False)])
    def test_of_many_lines_the_first_are_looked_up(self, before, is_found):
        key = str(factories.innovation("Bunda Antre").translation_key)
        lines = [f"/id/innovations/{number}/" for number in range(before)]
        settled = cites.settled("\n".join([*lines, key, "Buku"]))
        assert (f"Bunda Antre [{key}]" in settled) is is_found
        assert settled.startswith("\n".join(lines))
        assert settled.endswith("Buku")


def test_the_last_searches_for_similar_records_are_kept(people):
    in_state(people, "idea")
    for number in range(originality.KEPT + 5):
        project = people.fresh()
        project.answers["abstract"] = f"Antrean {number}"
        originality.check(project=project)
    kept = OriginalityCheck.objects.order_by("pk")
    assert kept.count() == originality.KEPT
    assert "Antrean 24" in kept.last().text


def test_coordinators_are_asked_the_same_a_few_times_a_day(people):
    def leave(code: str) -> None:
        standing.act(
            project=people.fresh(), code=code, by=people.participant, reason="Pindah", submit_key=uuid.uuid4()
        )

    in_state(people, "idea")
    for _ in range(5):
        leave("ask-to-leave")
        leave("stay")
    told = Notice.objects.filter(user=people.coordinator, kind=Notice.Kind.STANDING)
    before = told.count()
    with pytest.raises(GuardsUnmet, match="besok"):
        leave("ask-to-leave")
    assert told.count() == before
    Event.objects.update(at=timezone.now() - timedelta(days=1))
    leave("ask-to-leave")


def test_more_time_is_asked_for_a_few_times_a_day(people):
    in_state(people, "idea")
    day = timezone.localdate() + timedelta(days=100)
    for _ in range(5):
        wish = {"project": people.fresh(), "by": people.participant}
        more_time.ask(**wish, due_on=day, reason="Data baru", submit_key=uuid.uuid4())
        more_time.take_back(**wish, submit_key=uuid.uuid4())
    with pytest.raises(GuardsUnmet, match="besok"):
        more_time.ask(**wish, due_on=day, reason="Data baru", submit_key=uuid.uuid4())
