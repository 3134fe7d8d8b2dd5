"""What people with a part, or without one any more, tried and must not manage; one test for each way in."""

from __future__ import annotations

import io
import logging
import uuid
import zipfile

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session as BrowserSession
from django.urls import reverse
from django.utils import timezone

from home.logs import Secrets
from tests.training import made_files, scoring
from tests.training.beside import Beside, asked, beside, key, learner, member, say, topic, with_design
from tests.training.logs import entry, implementing, write
from tests.training.people import cast, joined, person
from tests.training.scenes import address, as_user
from tests.training.test_scores import far_apart, meeting
from training import forums, personal, results
from training.errors import GuardsUnmet, NotAllowed, SavedElsewhere
from training.looking.office import office_kind
from training.looking.refused import Refused
from training.models import (
    Assignment,
    Event,
    Holder,
    LogEntry,
    Notice,
    Occasion,
    PostReport,
    Project,
    ScoreSheet,
    Session,
    TeamMember,
)
from training.plain import linked
from training.recap import recap
from training.services import evidence, examiners, logbook, moderation, removal, seals, settling, team
from training.services.changes import ADDED, REMOVED, compare
from training.views.scores import results_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Beside:
    return beside()


@pytest.fixture
def people():
    return cast()


# Scores


def test_no_coordinator_settles_marks_by_removing_who_would_object(people):
    other = far_apart(people)
    made = settling.propose(
        project=people.fresh(), occasion=Occasion.DESIGN_SEMINAR, actor=people.coordinator,
        meeting=meeting(), submit_key=key(),
    )  # fmt: skip

    def seat() -> results.Seat:
        return results.standing(people.fresh()).seats[Occasion.DESIGN_SEMINAR]

    for examiner in (people.examiner, other):
        examiners.remove(
            project=people.fresh(),
            assignment=Assignment.objects.get(project=people.project, user=examiner, until=None),
            reason="Berhalangan", by=people.coordinator, submit_key=key(),
        )  # fmt: skip
        assert seat().settlement is None
    assert {user.pk for user in seat().unconfirmed} == {people.examiner.pk, other.pk}
    for examiner in (people.examiner, other):
        type(examiner).objects.filter(pk=examiner.pk).update(is_active=False)
    assert seat().proposed == made
    assert seat().settlement is None


@pytest.mark.parametrize("first", [0, 1])
def test_the_order_of_words_does_not_tell_whose_they_are(people, first):
    other = joined(people.project, person("examiner"), Holder.EXAMINER).user
    both = [(people.examiner, "Alur dulu"), (other, "Bukti dulu")]
    for examiner, words in (both[first], both[1 - first]):
        given = scoring.sheet(people.fresh(), "seminar-1", examiner)
        ScoreSheet.objects.filter(pk=given.pk).update(mending=words)
    scoring.lock(people)
    shown = results_of(results.standing(people.fresh()))
    assert [words for _strengths, words in shown.marks[0].words] == ["Alur dulu", "Bukti dulu"]


def test_a_coordinator_reads_no_marks_of_their_own_project_in_the_recapitulation(people):
    scoring.score_all(people)

    def sheet(reader: object) -> bytes:
        book = b"".join(recap(people.batch, "id", reader=reader))
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            return archive.read("xl/worksheets/sheet1.xml")

    assert b"<v>100" in sheet(people.coordinator)
    assert b"<v>100" not in sheet(people.participant)


def test_a_coordinator_who_examines_a_project_reads_its_marks_as_an_examiner_does(people):
    scoring.score_all(people)
    people.batch.coordinators.add(people.examiner)
    list_of_all = reverse("training_batches:results", args=[people.batch.key])
    one = reverse("training_batches:result", args=[people.batch.key, people.project.key])
    assert one in as_user(people.coordinator).get(list_of_all).content.decode()
    examiner = as_user(people.examiner)
    assert one not in examiner.get(list_of_all).content.decode()
    assert examiner.get(one).status_code == 404
    assert as_user(people.coordinator).get(one).status_code == 200


# Logbook


def test_the_mentor_confirms_only_the_words_that_were_read(people):
    implementing(people)
    found = entry(people, files=[("a.jpg", made_files.photo())])
    mentor = as_user(people.mentor)

    def confirm(changes: object) -> int:
        sent = {"submit_key": key(), "changes": changes}
        return mentor.post(address(people, f"logbook/{found.key}/confirm/"), sent).status_code

    logbook.change(
        entry=found, actor=people.participant, draft=logbook.Draft(found.on, "Lain"), changes=0,
        submit_key=key(),
    )  # fmt: skip
    evidence.remove(file=found.files.get(), actor=people.participant, submit_key=key())
    for seen in (0, 1):
        assert confirm(seen) == 302
        assert LogEntry.objects.get().confirmed_at is None
    assert confirm("") == 400
    assert confirm(2) == 302
    assert LogEntry.objects.get().confirmed_at is not None
    with pytest.raises(SavedElsewhere):
        logbook.confirm(
            entry=entry(people, "Kedua"), actor=people.mentor, changes=7, submit_key=key()
        )  # fmt: skip


def test_an_entry_is_not_changed_under_the_cloak_of_an_erasure(people):
    implementing(people)
    found = entry(people)
    logbook.confirm(entry=found, actor=people.mentor, changes=0, submit_key=key())
    LogEntry.objects.update(activity="Yang lain", erased_at=timezone.now())
    assert [fault.entry for fault in seals.verify(people.fresh())] == [1]
    LogEntry.objects.update(activity="", row="", value="", link="")
    assert seals.verify(people.fresh()) == []


def test_a_key_that_something_else_was_sent_with_makes_no_entry_and_no_error(people):
    implementing(people)
    found, used = entry(people), key()
    logbook.remark(entry=found, actor=people.participant, text="Tambahan", submit_key=used)
    client = as_user(people.participant, raise_request_exception=False)
    assert write(client, people, submit_key=str(used)).status_code == 404
    other = cast()
    implementing(other)
    assert write(client, people, submit_key=str(entry(other).key)).status_code == 302
    assert LogEntry.objects.filter(project=people.project).count() == 2


# Discussions


def test_nobody_decides_about_a_report_of_their_own_message(made):
    first = topic(made, "coach")
    moderation.report(
        forum=made.forum("participant"), message=first, by=made.participant, reason="Kasar sekali"
    )
    told = Notice.objects.filter(kind=Notice.Kind.REPORTED).values_list("user", flat=True)
    assert list(told) == [made.coordinator.pk]
    path = f"/id/training/discussions/{first.thread.key}/"
    assert "Kasar sekali" not in as_user(made.coach).get(path).content.decode()
    assert "Kasar sekali" in as_user(made.coordinator).get(path).content.decode()
    with pytest.raises(GuardsUnmet):
        moderation.settle(forum=made.forum("coach"), message=first, by=made.coach)
    assert PostReport.objects.get().settled_at is None
    moderation.hide(forum=made.forum("coordinator"), message=first, by=made.coordinator, reason="Kasar")
    with pytest.raises(GuardsUnmet):
        moderation.show(forum=made.forum("coach"), message=first, by=made.coach)
    assert "/settle/" not in as_user(made.coach).get(path).content.decode()
    moderation.show(forum=made.forum("coordinator"), message=first, by=made.coordinator)


def test_who_moderates_alone_may_settle_what_concerns_them():
    project = learner("open-1")
    project.version.is_open_learning = False
    forum = forums.forum(project, project.owner)
    assert forum is not None
    assert forum.moderates
    assert not forums.is_judged_by_others(project, project.owner_id)


def test_the_right_to_browser_sessions_makes_no_moderator(django_user_model):
    project = learner("open-1")
    lesson = Session.objects.filter(version=project.version).first()
    rights = Permission.objects.filter(codename="change_session")
    other, own = (
        rights.exclude(content_type__app_label="training"),
        rights.filter(content_type__app_label="training"),
    )
    assert BrowserSession._meta.app_label == other.get().content_type.app_label
    for name, right in (("other", other), ("own", own)):
        group = Group.objects.create(name=name)
        group.permissions.set(right)
        person(name).groups.add(group)
    assert [user.email.split("-")[0] for user in forums.moderators(lesson)] == ["own"]


@pytest.mark.parametrize("code", [0x200B, 0x200E, 0x202E, 0x2066, 0xFEFF])
def test_a_link_shows_the_place_it_leads_to(code):
    html = linked(f"https://bank.example/{chr(code)}gpj.exe")
    assert 'href="https://bank.example/"' in html
    assert ">https://bank.example/</a>" in html


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "//x.example"]
)
def test_nothing_but_web_addresses_becomes_a_link(text):
    assert "<a" not in linked(text)


# Team and peers


def test_a_colleague_reads_names_and_no_addresses(made):
    colleague = member(made, "view")
    for user in made.people.values():
        type(user).objects.filter(pk=user.pk).update(first_name="", last_name="")
    page = as_user(colleague).get(f"/id/training/projects/{made.project.key}/").content.decode()
    assert [user.email for user in made.people.values() if user.email in page] == []


def test_nobody_works_on_a_project_whose_participant_was_erased(made):
    there = member(made, "edit")
    later = member(made, "edit", accepted=False, name="Rekan Kedua")
    invitation = TeamMember.objects.get(user=later)
    with_design(made)
    review = asked(made, made.other_participant)
    personal.erase(made.participant)
    assert TeamMember.objects.get(user=later).sent_to == ""
    with pytest.raises(NotAllowed):
        team.accept(member=invitation, user=later)
    for user, path in (
        (there, f"projects/{made.project.key}/"),
        (made.other_participant, f"peers/{review.key}/"),
    ):
        assert as_user(user).get(f"/id/training/{path}").status_code == 404


def test_the_words_of_an_erased_moderator_go_from_the_messages_of_others(made):
    first = topic(made)
    message = say(made, first, "mentor")
    moderation.hide(forum=made.forum("coach"), message=message, by=made.coach, reason="Menyebut nama")
    personal.erase(made.coach)
    message.refresh_from_db()
    assert (message.hidden_reason, message.hidden_at is not None) == ("", True)


def test_who_was_taken_out_of_the_batch_reads_no_design_of_it(made):
    with_design(made)
    review = asked(made, made.other_participant)
    client, path = as_user(made.other_participant), f"/id/training/peers/{review.key}/"
    assert client.get(path).status_code == 200
    theirs = Project.objects.get(owner=made.other_participant)
    removal.remove(project=theirs, why=removal.Why.PERSON, by=made.coordinator)
    assert client.get(path).status_code == 404
    assert client.post(path, {"act": "decline"}).status_code == 404
    assert str(review.key) not in client.get("/id/training/peers/").content.decode()


# Logs


@pytest.mark.parametrize("path", ["calendar/{}.ics", "invitations/{}/", "team/{}/"])
def test_no_secret_of_an_address_is_in_a_log(path):
    secret = str(uuid.uuid4())
    line = logging.LogRecord(
        "django.request", 30, "", 0, "Not Found: %s", (f"/id/training/{path.format(secret)}",), None
    )
    assert Secrets().filter(line)
    assert secret not in line.getMessage()


def test_history_keeps_no_trace_of_what_was_refused(people):
    implementing(people)
    found = entry(people)
    before = Event.objects.count()
    with pytest.raises(SavedElsewhere):
        logbook.confirm(entry=found, actor=people.mentor, changes=3, submit_key=key())
    assert Event.objects.count() == before


# Files


def _related(kind: str, target: str, mode: str) -> dict[str, str]:
    there = made_files.relations(kind, target).replace('"External"', f'"{mode}"')
    return {"word___rels__document.xml.rels": there}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (_related("attachedTemplate", "https://jahat.example/x", " External "), "external"),
        (_related("attachedTemplate", "https://jahat.example/x", "Internal"), "external"),
        (_related("image", r"\\jahat.example\s\x.png", "Internal"), "external"),
        (_related("hyperlink", "ms-msdt:/id PCWDiagnostic", "External"), "external"),
        (_related("hyperlink", "javascript:alert(1)", "External"), "external"),
        (_related("aFChunk", "/word/a.dat", "Internal"), "macros"),
        (_related("oleObject", "embeddings/a.dat", "Internal"), "macros"),
        ({"word__embeddings__buku.xlsm": b"PK"}, "macros"),
        ({"word__embeddings__program.exe": b"MZ"}, "macros"),
        ({"word__sisipan.html": "<script>"}, "macros"),
    ],
)
def test_no_document_fetches_runs_or_carries_another_program(parts, code):
    with pytest.raises(Refused) as refused:
        office_kind(io.BytesIO(made_files.office(**parts)))
    assert refused.value.code == code


def test_a_document_may_link_and_carry_the_numbers_of_its_charts():
    parts = _related("hyperlink", "https://contoh.go.id/", "External") | {"word__embeddings__a.xlsx": b"PK"}
    assert office_kind(io.BytesIO(made_files.office(**parts))) == "docx"


# Texts


@pytest.mark.parametrize(
    ("before", "after"),
    [("a " * 1400, "a b " * 700), ("a\n" * 5000, "b\na\n" * 5000)],
    ids=["words", "lines"],
)
def test_texts_that_repeat_themselves_are_not_tried_pair_by_pair(before, after):
    found = [(piece.kind, piece.text) for piece in compare(before, after)]
    assert found == [(REMOVED, before), (ADDED, after)]
