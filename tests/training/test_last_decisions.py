"""The last version is endorsed by coach, mentor and examiner; what the meeting decided has its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts import privacy
from tests.training.people import cast, version
from tests.training.scenes import address, as_user, hidden, in_state
from tests.training.scoring import lock, meet_forms
from tests.training.test_documents import named, pdf_of
from tests.training.test_signed_minutes import text_of
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Document, DocumentKind, Event, Notice
from training.services import documents, todo
from training.workflow import reachable

pytestmark = pytest.mark.django_db
ENDORSERS = (
    ("confirm-final", "coach", "final-review"),
    ("approve-final", "mentor", "final-approval"),
    ("sign-final", "examiner", "final-signing"),
)


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def endorsement(people) -> Document:
    return Document.objects.select_related("event__revision").get(
        project=people.project, kind=DocumentKind.ENDORSEMENT
    )


def words(document: Document) -> str:
    return " ".join(text_of(pdf_of(document)).split())


def test_three_confirm_it_one_after_the_other_and_it_waits_for_each():
    people = named("final-review")
    people.walk_to("final-review")
    for code, role, state in ENDORSERS:
        assert people.fresh().state_code == state
        assert [task.project for task in todo.tasks(people.of(role)) if not task.asks] == [people.project]
        for _code, other, _state in ENDORSERS:
            if other != role:
                with pytest.raises(NotAllowed):
                    people.move(code, people.of(other))
        assert not Document.objects.filter(kind=DocumentKind.ENDORSEMENT).exists()
        if code == "confirm-final":
            meet_forms(people, "")
        people.move(code)
    assert people.fresh().state_code == "graduation"


@pytest.mark.parametrize(("state", "role"), [("final-approval", "mentor"), ("final-signing", "examiner")])
def test_each_may_return_it_and_all_confirm_it_again(state, role):
    people = named(state)
    people.move("return-final", people.of(role), note="Lampiran kurang")
    assert people.fresh().state_code == "final-improvement"
    people.move("submit-final")
    assert people.fresh().state_code == "final-review"


def test_what_is_sent_back_after_the_days_are_over_has_them_once_more():
    people = named("final-signing")
    batch, state = people.batch, people.project.version.state("final-improvement")
    assert batch.result_seminar_on + timedelta(days=state.due_days) < timezone.localdate()
    people.move("return-final", note="Lampiran kurang")
    assert people.fresh().due_on == timezone.localdate() + timedelta(days=state.due_days)


def test_after_remedial_work_all_three_endorse_the_new_revision():
    people = named("graduation")
    lock(people)
    people.move("remedial", note="Perbaiki laporan")
    people.move("submit-remedial")
    handed_in = Event.objects.filter(project=people.project).latest("number")
    assert people.fresh().state_code == "final-review"
    assert handed_in.revision is not None
    for code, role, state in ENDORSERS:
        assert people.fresh().state_code == state
        with pytest.raises(Moved):
            people.move("pass", people.coordinator, note="Memenuhi syarat")
        people.move(code, people.of(role))
    assert people.fresh().state_code == "graduation"
    last = Document.objects.filter(project=people.project, kind=DocumentKind.ENDORSEMENT).latest("pk")
    assert last.event.revision == handed_in.revision
    assert [event.role for event in documents.decisions(last)] == ["coach", "mentor", "examiner"]
    assert all(event.number > handed_in.number for event in documents.decisions(last))


@pytest.mark.parametrize("programme", ["latsar-2021", "pkp-2020", "pka-2020"])
def test_no_way_leads_from_writing_to_passing_around_one_of_the_three(programme):
    flow = version(programme)
    after = {"passed", "curation", "record-revision", "published"}
    writing = {state for step in flow.all_steps for state in step.states} - after
    assert "remedial" in writing
    for code, _role, _state in ENDORSERS:
        left = [move for move in flow.all_moves if move.code != code]
        assert "passed" not in reachable(writing, left)


def test_the_paper_draws_all_three_with_their_days_and_tells_them():
    people = named("final-signing")
    long_ago = timezone.now() - timedelta(days=3)
    Event.objects.filter(project=people.project, code="confirm-final").update(at=long_ago)
    people.move("sign-final")
    documents.issue_waiting()
    said = words(endorsement(people))
    for name in ("Coach Bernama", "Mentor Bernama", "Examiner Bernama"):
        assert name in said
    for title in ("Coach", "Mentor", "Penguji"):
        assert title in said
    with translation.override("id"):
        for moment in (long_ago, timezone.now()):
            assert date_format(timezone.localtime(moment), "j F Y") in said
    told = Notice.objects.filter(kind=Notice.Kind.DOCUMENT, cause=f"document:{endorsement(people).pk}")
    assert set(told.values_list("user", flat=True)) == {
        people.participant.pk, people.coach.pk, people.mentor.pk, people.examiner.pk,
    }  # fmt: skip


def test_what_was_confirmed_before_a_return_does_not_stand_on_it():
    people = named("final-signing")
    people.move("return-final", people.examiner, note="Lampiran kurang")
    people.walk_to("graduation")
    found = [event.code for event in documents.decisions(endorsement(people))]
    assert found == ["confirm-final", "approve-final", "sign-final"]
    assert len({event.pk for event in documents.decisions(endorsement(people))}) == 3
    handed_in = endorsement(people).event.revision.made_at
    assert all(event.at >= handed_in for event in documents.decisions(endorsement(people)))


def test_a_name_that_is_missing_keeps_it_waiting():
    people = named("graduation")
    people.coach.first_name = people.coach.last_name = ""
    people.coach.save()
    documents.issue_waiting()
    assert endorsement(people).state == "waiting"
    assert Notice.objects.filter(kind=Notice.Kind.NAMELESS, user=people.coach).exists()


def test_erasing_one_of_them_takes_the_sites_copy():
    people = named("graduation")
    documents.issue_waiting()
    assert endorsement(people).file
    privacy.erase(user=people.mentor)
    assert not endorsement(people).file


def at_the_meeting():
    people = cast()
    people.answer_all()
    in_state(people, "graduation")
    lock(people)
    return people


def test_passing_has_a_reason_in_the_minutes():
    people = at_the_meeting()
    for nothing in ("", "  "):
        with pytest.raises(GuardsUnmet):
            people.move("pass", note=nothing)
    people.move("pass", note="Memenuhi semua syarat kelulusan")
    assert people.project.events.get(code="pass").note == "Memenuhi semua syarat kelulusan"
    # Nothing is to be mended, so nobody is told that it came back.
    assert not Notice.objects.filter(project=people.project, kind=Notice.Kind.RETURNED).exists()


def test_the_page_asks_for_it_and_says_so():
    people = at_the_meeting()
    client, path = as_user(people.coordinator), address(people, "moves/pass/")
    page = client.get(path)
    html = page.content.decode()
    assert "opsional" not in html
    assert "berita acara" in html
    refused = client.post(path, hidden(page) | {"note": ""})
    assert refused.status_code == 422
    assert "move-error" in refused.content.decode()
    assert client.post(path, hidden(page) | {"note": "Memenuhi syarat"}).status_code == 302
