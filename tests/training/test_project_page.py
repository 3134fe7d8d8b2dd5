"""A project's page, and that it does not exist for anybody else."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from home import shell
from tests.pages import main_of, text_of
from tests.training.meeting import meet_all
from tests.training.people import joined, person
from tests.training.scenes import ROLES, address, as_user, in_state, people, shared_cast, statements
from training.models import Assignment, Consultation, Event, Project

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db

PAGES = ("", "steps/issue/", "moves/begin/")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_a_part_sees_where_it_is_and_who_has_it(people, role):
    people.move("begin")
    for language, words in (
        ("id", ["Sekarang: Penetapan isu", "peserta", "Terdaftar → Penetapan isu", "sekarang"]),
        ("en", ["Now: Choosing the issue", "participant", "Registered → Choosing the issue", "now"]),
    ):
        page = as_user(people.of(role)).get(address(people, language=language))
        text = text_of(page)
        assert [word for word in words if word not in text] == []
        assert page.content.count(b'aria-current="step"') == 1
        assert str(people.mentor) in text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, path) for method in ("get", "head") for path in PAGES),
        *(("post", path) for path in PAGES[1:]),
    ],
)
def test_what_is_not_theirs_is_as_if_it_were_not_there(people, path, method):
    former = person("former")
    Assignment.objects.create(
        project=people.project, user=former, role="coach",
        accepted_at="2026-03-07T01:00:00Z", until="2026-03-08T01:00:00Z",
    )  # fmt: skip
    invited = person("invited")
    joined(people.project, invited, "examiner", accepted=False)
    for user in (person("stranger"), former, invited):
        client = as_user(user)
        found = getattr(client, method)(address(people, path))
        missing = getattr(client, method)(f"/id/training/projects/{uuid.uuid4()}/{path}")
        assert found.status_code == missing.status_code == 404
        assert found.content == missing.content
        assert {**found.headers} == {**missing.headers}


def test_what_a_seminar_lacks_leads_to_the_scores(people):
    people.answer_all()
    in_state(people, "design-seminar", answers=people.fresh().answers)
    page = main_of(as_user(people.examiner).get(address(people)))
    assert f'<li><a href="{address(people)}scores/">' in page


def test_what_waits_stands_first_and_the_pages_in_their_groups(people):
    in_state(people, "implementation", answers={})
    Consultation.objects.create(
        project=people.project, role="coach", supporter=people.coach, written_by=people.coach,
        held_on=timezone.localdate(), discussed="Ukuran", agreed="Sepuluh hari",
    )  # fmt: skip
    page = text_of(as_user(people.participant).get(address(people)))
    parts = ["Konsultasi: 1 menunggu Anda", "Tulis di buku catatan harian", "Jawaban", "Di sekitar proyek"]
    parts += ["Pendampingan dan diskusi", "Pelaksanaan dan bukti", "Seminar dan nilai", "Kelanjutan proyek"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    for role in ("mentor", "examiner", "coordinator"):
        assert "Tulis di buku catatan harian" not in text_of(as_user(people.of(role)).get(address(people)))


def test_what_is_missing_leads_to_the_answer(people):
    in_state(people, "issue", answers={})
    page = as_user(people.participant).get(address(people))
    assert f"{address(people)}steps/issue/?check=1#q-causes" in main_of(page)
    assert address(people, "moves/submit-issue/") not in main_of(page)
    people.answer_all()
    page = as_user(people.participant).get(address(people))
    assert address(people, "moves/submit-issue/") in main_of(page)
    for role in ("mentor", "coach", "examiner", "coordinator"):
        assert "moves/" not in main_of(as_user(people.of(role)).get(address(people)))


def test_a_state_beside_the_way_is_shown_while_the_project_is_there(people):
    in_state(people, "design-revision")
    assert "Sekarang: Revisi rancangan" in text_of(as_user(people.participant).get(address(people)))
    page = main_of(as_user(people.participant).get(address(people)))
    assert page.count("Revisi rancangan") == 2
    in_state(people, "issue")
    assert "Revisi rancangan" not in main_of(as_user(people.participant).get(address(people)))


def test_the_history_tells_who_when_and_why(people):
    people.answer_all()
    people.walk_to("design-review")
    people.move("return-design", note="Belum lengkap", field_notes={"matrix": "Tambah bukti"})
    text = text_of(as_user(people.participant).get(address(people)))
    for words in (
        "Tinjauan rancangan oleh coach → Revisi rancangan",
        "Belum lengkap",
        "Tambah bukti",
        "Matriks kegiatan",
    ):
        assert words in text


def test_a_published_project_links_to_its_record(people):
    people.answer_all()
    project = people.walk_to("curation")
    assert "Lihat di katalog" not in text_of(as_user(people.participant).get(address(people)))
    from catalogue.models import InnovationPage

    page = InnovationPage.objects.get(translation_key=project.record_key)
    page.get_latest_revision().publish()
    assert people.fresh().state_code == "published"
    shown = main_of(as_user(people.participant).get(address(people)))
    assert page.get_url() in shown
    assert "Lihat di katalog" in shown


@pytest.mark.parametrize("role", ["participant", "coordinator"])
@pytest.mark.parametrize("path", ["", "steps/issue/"])
def test_a_page_asks_as_often_in_a_large_batch_and_after_a_long_way(people, role, path):
    in_state(people, "issue", answers={})
    counts = []
    for number in (0, 40):
        for place in range(number):
            Project.objects.create(
                version=people.batch.version, batch=people.batch, owner=person("p"), state_code="registered"
            )
            Event.objects.create(
                project=people.project, number=100 + place, code="x", actor=person("a"), role="coach",
                source="issue", target="issue", note="Catatan",
            )  # fmt: skip
        client = as_user(people.of(role))
        counts.append(statements(client, address(people, path)))
    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize("role", ["participant", "mentor", "coach", "examiner", "coordinator"])
def test_it_asks_little_of_the_database_in_every_state(people, role, monkeypatch):
    monkeypatch.setattr(shell, "KEPT_SECONDS", 600)  # or menu and footer are read again on a slow machine
    people.answer_all()
    meet_all(people)
    client, counts = as_user(people.of(role)), {}
    for state in people.fresh().version.all_states:
        in_state(people, state.code)
        counts[state.code] = statements(client, address(people))
    assert max(counts.values()) <= 20, counts
