"""The logbook: written on a phone, confirmed by the mentor, sealed, and every later change of it found."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.training import made_files
from tests.training.logs import (
    client,
    entry,
    explain_all,
    implementing,
    older,
    own_storage,
    page_of,
    photo,
    write,
)
from tests.training.scenes import address, as_user, hidden, people, shared_cast, statements, submit_key
from training import logbooks
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.guards import unmet
from training.models import (
    Event,
    EvidenceFile,
    EvidenceReason,
    LogEntry,
    LogPrivate,
    LogRemark,
    Notice,
    Project,
)
from training.services import logbook, reminders, seals

__all__ = ["client", "own_storage", "people", "shared_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


class TestWriting:
    def test_what_was_done_and_the_day_are_enough(self, client, people):
        assert write(client, people).status_code == 302
        found = LogEntry.objects.get()
        assert (found.number, found.on, found.written_by) == (1, timezone.localdate(), people.participant)
        assert "Uji coba di posyandu Melati" in page_of(people, "participant")
        assert f'href="/id/training/projects/{people.project.key}/logbook/"' in page_of(people, "mentor", "")

    def test_as_a_browser_sends_a_form_in_which_no_file_was_chosen(self, client, people):
        assert write(client, people, activity="Rapat", photo="", files="").status_code == 302
        assert LogEntry.objects.get().activity == "Rapat"

    def test_everything_together(self, client, people):
        row = logbooks.rows(people.fresh())[1]
        answer = write(
            client, people, row=row.code, link="contoh.example/berita", photo=photo(), files=[photo("b.jpg")],
            place="field", village="Sukamaju", consent="on", condition="unwell",
        )  # fmt: skip
        assert answer.status_code == 302
        found = LogEntry.objects.get()
        assert (found.row, found.link) == (row.code, "https://contoh.example/berita")
        assert found.value == row.value != ""
        assert [file.name for file in found.files.all()] == ["foto.jpg", "b.jpg"]
        assert logbook.private_of(found) == logbook.Private("field", "Sukamaju", "unwell")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"activity": " "}, "Apa yang dilakukan"),
            ({"on": "kemarin"}, "Tanggal"),
            ({"on": "2999-01-01"}, "belum tiba"),
            ({"on": "2020-01-01"}, "sebelum implementasi"),
            ({"link": "javascript:alert(1)"}, "Tautan ke bukti"),
            ({"row": "matrix:99"}, "Bagian rencana"),
            ({"value": "malas"}, "Nilai BerAKHLAK"),
            ({"village": "Sukamaju"}, "Centang persetujuan"),
            ({"activity": "x" * 2_001}, "Apa yang dilakukan"),
        ],
    )
    def test_an_error_names_the_field_and_keeps_what_was_typed(self, client, people, given, said):
        answer = write(client, people, **({"activity": "Rapat pertama"} | given))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert given.get("activity", "Rapat pertama").strip()[:20] in page
        assert not LogEntry.objects.exists()

    def test_twice_the_same_request_is_one_entry(self, client, people):
        path = address(people, "logbook/new/")
        sent = hidden(client.get(path)) | {"activity": "Rapat", "on": str(timezone.localdate())}
        for _time in range(2):
            assert client.post(path, sent | {"photo": photo()}).status_code == 302
        assert (LogEntry.objects.count(), EvidenceFile.objects.count()) == (1, 1)
        assert Event.objects.filter(code="log-add").count() == 1

    def test_a_field_that_was_never_shown_is_refused(self, client, people):
        for name in ("confirmed_at", "project", "number"):
            assert write(client, people, **{name: "1"}).status_code == 400
        assert not LogEntry.objects.exists()

    def test_what_is_kept_for_after_signing_in_is_sealed_in_the_session(self, client, people):
        path = address(people, "logbook/new/")
        private = {"village": "Sukamaju", "consent": "on", "place": "field", "condition": "unwell"}
        sent = {**hidden(client.get(path)), "activity": "Uji", "on": str(timezone.localdate()), **private}
        client.logout()
        client.post(path, sent)
        [row] = [one for one in Session.objects.all() if "training-kept" in one.get_decoded()]
        for words in ("Sukamaju", "unwell", "village"):
            assert words not in str(row.get_decoded())
        client.force_login(people.participant)
        back = client.get(path).content.decode()
        where = back[back.index(f"{path}?kept=") :].partition('"')[0]
        page = client.get(where).content.decode()
        assert 'value="Sukamaju"' in page
        assert 'value="unwell" selected' in page

    def test_what_no_key_in_use_can_open_is_not_there(self, client, people, settings):
        session = client.session
        session["training-kept"] = {
            "old": {"path": address(people, "logbook/new/"), "user": people.participant.pk, "sealed": "x"}
        }
        session.save()
        assert client.get(address(people, "logbook/new/?kept=old")).status_code == 200

    def test_what_was_written_before_the_session_ended_comes_back(self, client, people):
        path = address(people, "logbook/new/")
        sent = hidden(client.get(path)) | {"activity": "Rapat pertama", "on": str(timezone.localdate())}
        client.logout()
        kept = client.post(path, sent | {"photo": photo()})
        assert kept.status_code == 302
        assert not LogEntry.objects.exists()
        client.force_login(people.participant)
        answer = client.get(path)
        back = answer.content.decode()
        assert "kept=" in back
        where = back[back.index(f"{path}?kept=") :].partition('"')[0]
        page = client.get(where)
        assert "Rapat pertama" in page.content.decode()
        again = client.post(path, hidden(page) | {"activity": "Rapat pertama", "on": sent["on"]})
        assert again.status_code == 302
        assert LogEntry.objects.get().activity == "Rapat pertama"

    def test_only_while_a_logbook_is_kept(self, client, people):
        Project.objects.filter(pk=people.project.pk).update(state_code="report")
        assert client.get(address(people, "logbook/new/")).status_code == 404
        assert client.get(address(people, "logbook/")).status_code == 200
        with pytest.raises(NotAllowed):
            entry(people)

    def test_the_day_is_filled_in_as_a_browser_reads_it(self, client, people):
        for language in ("id", "en"):
            page = client.get(address(people, "logbook/new/", language)).content.decode()
            assert f'value="{timezone.localdate():%Y-%m-%d}"' in page
        page = write(client, people, on="31 Maret").content.decode()
        assert '<input type="text" name="on" value="31 Maret"' in page


class TestChanging:
    def test_within_two_days_and_not_after(self, client, people):
        found = entry(people, files=[("a.jpg", made_files.photo())])
        assert write(client, people, f"{found.key}/", activity="Uji coba kedua").status_code == 302
        found.refresh_from_db()
        assert (found.activity, found.changes) == ("Uji coba kedua", 1)
        older(found, hours=48.1)
        path = address(people, f"logbook/{found.key}/")
        assert client.get(path).status_code == 409
        late = {"submit_key": submit_key(), "activity": "Uji coba ketiga", "on": str(timezone.localdate())}
        answer = client.post(path, late)
        assert answer.status_code == 409
        assert "Uji coba ketiga" in answer.content.decode()
        assert f"?adds={found.key}" in answer.content.decode()
        found.refresh_from_db()
        assert found.activity == "Uji coba kedua"

    def test_what_comes_later_is_a_new_entry_that_refers_to_the_old(self, client, people):
        found = older(entry(people), hours=49)
        assert write(client, people, f"new/?adds={found.key}", activity="Lanjutan").status_code == 302
        assert LogEntry.objects.get(activity="Lanjutan").adds_to == found
        assert client.get(address(people, f"logbook/new/?adds={uuid.uuid4()}")).status_code == 404

    def test_on_two_devices_shows_both_texts(self, client, people):
        found = entry(people)
        path = address(people, f"logbook/{found.key}/")
        first, second = hidden(client.get(path)), hidden(client.get(path))
        day = {"on": str(found.on)}
        assert client.post(path, first | day | {"activity": "Dari ponsel"}).status_code == 302
        answer = client.post(path, second | day | {"activity": "Dari laptop"})
        assert answer.status_code == 409
        assert "Dari ponsel" in answer.content.decode()
        assert "Dari laptop" in answer.content.decode()
        assert client.post(path, hidden(answer) | day | {"activity": "Dari laptop"}).status_code == 302
        found.refresh_from_db()
        assert found.activity == "Dari laptop"


class TestTheOthers:
    def test_the_mentor_confirms_once_and_it_is_sealed(self, client, people):
        found = entry(people)
        path = address(people, f"logbook/{found.key}/confirm/")
        for role in ("participant", "coach", "examiner", "coordinator"):
            assert (
                as_user(getattr(people, role))
                .post(path, {"submit_key": submit_key(), "changes": 0})
                .status_code
                == 404
            )
        for _time in range(2):
            assert (
                as_user(people.mentor).post(path, {"submit_key": submit_key(), "changes": 0}).status_code
                == 302
            )
        found.refresh_from_db()
        assert (found.confirmed_by, found.place) == (people.mentor, 1)
        assert Event.objects.filter(code="log-confirm").count() == 1
        with pytest.raises(Moved):
            logbook.change(
                entry=found, actor=people.participant, draft=logbook.Draft(found.on, "Lain"), changes=0,
                submit_key=uuid.uuid4(),
            )  # fmt: skip

    def test_mentor_asks_coach_comments_participant_answers(self, client, people):
        found = entry(people)
        path = address(people, f"logbook/{found.key}/remark/")
        for role, text in (("mentor", "Siapa hadir?"), ("coach", "Lampirkan"), ("participant", "Kader")):
            who = as_user(getattr(people, role))
            sent = hidden(who.get(path))
            assert who.post(path, sent | {"text": " "}).status_code == 422
            for _time in range(2):
                assert who.post(path, sent | {"text": text}).status_code == 302
        kinds = list(LogRemark.objects.values_list("kind", "text"))
        assert kinds == [("question", "Siapa hadir?"), ("comment", "Lampirkan"), ("answer", "Kader")]
        told = Notice.objects.filter(kind="log-question").values_list("user_id", flat=True)
        assert sorted(told) == sorted(
            [*[people.participant.pk] * 2, *[people.mentor.pk] * 2, people.coach.pk]
        )
        for role in ("examiner", "coordinator"):
            assert as_user(getattr(people, role)).get(path).status_code == 404

    def test_the_mentor_sees_who_wrote_today(self, client, people):
        mentor = as_user(people.mentor)
        assert "menulis hari ini" not in mentor.get("/id/training/logbooks/").content.decode()
        entry(people)
        page = mentor.get("/id/training/logbooks/").content.decode()
        assert "menulis hari ini" in page
        assert "1 menunggu konfirmasi" in page
        others = as_user(people.examiner).get("/id/training/logbooks/").content.decode()
        assert str(people.participant) not in others

    def test_history_of_the_project_is_not_filled_by_it(self, client, people):
        entry(people)
        assert "ditambahkan ke buku catatan harian" not in page_of(people, "participant", "")


class TestPlaceAndCondition:
    @pytest.fixture
    def found(self, client, people) -> LogEntry:
        return entry(people, private=logbook.Private("field", "Sukamaju-Rahasia", "unwell"))

    def test_only_the_writer_and_the_mentor_read_them(self, people, found):
        for role in ("participant", "mentor"):
            assert "Sukamaju-Rahasia" in page_of(people, role)
        for role in ("coach", "examiner", "coordinator"):
            assert "Sukamaju-Rahasia" not in page_of(people, role)
            assert "kurang sehat" not in page_of(people, role)
        assert "Sukamaju-Rahasia" not in page_of(people, "mentor", "logbook/print/")

    def test_they_are_encrypted_and_gone_after_ninety_days(self, people, found):
        assert "Sukamaju" not in LogPrivate.objects.get().sealed
        assert logbook.forget_private(now=timezone.now() + timedelta(days=89)) == 0
        assert logbook.forget_private(now=timezone.now() + timedelta(days=91)) == 1
        assert "Sukamaju-Rahasia" not in page_of(people, "mentor")

    def test_they_are_no_part_of_the_seal(self, people, found):
        logbook.confirm(entry=found, actor=people.mentor, changes=0, submit_key=uuid.uuid4())
        logbook.forget_private(now=timezone.now() + timedelta(days=91))
        assert seals.verify(people.fresh()) == []


class TestGuards:
    def test_each_full_week_needs_an_entry(self, people):
        project = implementing(people, days=15)
        assert len(unmet(project, "logbook")) == 2
        entry(people, ago=13)
        assert len(unmet(project, "logbook")) == 1
        entry(people, ago=1)
        [reason] = unmet(project, "logbook")
        assert "Buku catatan harian" in reason
        entry(people, ago=7)
        assert unmet(project, "logbook") == []

    def test_and_is_still_known_after_the_implementation(self, people):
        project = implementing(people)
        people.move("finish")
        Event.objects.filter(code="finish").update(at=timezone.now() - timedelta(days=3))
        confirmed = people.project.events.create(
            number=90, code="confirm-improvement", role="coach", source="improvement-review",
            target="implementation", at=timezone.now() - timedelta(days=12),
        )  # fmt: skip
        Event.objects.filter(pk=confirmed.pk).update(number=0)
        assert len(unmet(people.fresh(), "logbook")) == 1
        assert project.pk == people.project.pk

    def test_each_row_of_the_plan_needs_evidence_or_a_reason(self, client, people):
        project = people.fresh()
        rows = logbooks.rows(project)
        assert len(rows) == 3
        assert len(unmet(project, "evidence")) == 3
        entry(people, row=rows[0].code)  # words alone are no evidence
        assert len(unmet(project, "evidence")) == 3
        entry(people, row=rows[0].code, link="https://contoh.example/")
        Project.objects.filter(pk=project.pk).update(state_code="report")
        path = address(people, "files/")
        client.post(path, hidden(client.get(path)) | {"files": photo(), "row": rows[1].code})
        assert len(unmet(project, "evidence")) == 1
        path = address(people, "logbook/reasons/")
        shown = client.get(path)
        sent = hidden(shown) | {f"reason-{rows[2].code}": "Menunggu anggaran"}
        for _time in range(2):
            assert client.post(path, sent).status_code == 302
        assert unmet(people.fresh(), "evidence") == []
        assert client.post(path, sent | {"submit_key": submit_key(), "reason-x:1": "y"}).status_code == 404
        assert client.post(path, sent | {"submit_key": submit_key(), "x": "y"}).status_code == 400

    def test_a_reason_can_be_taken_back(self, client, people):
        explain_all(people.fresh())
        row = logbooks.rows(people.fresh())[0].code
        logbook.explain(
            project=people.fresh(), actor=people.participant, reasons={row: " "}, submit_key=uuid.uuid4()
        )
        assert EvidenceReason.objects.count() == 2


class TestReminders:
    def test_one_for_each_week_without_an_entry(self, people):
        implementing(people, days=8)
        Notice.objects.all().delete()
        today = timezone.localdate()
        for day in range(-8, 20):
            for _hour in range(2):
                reminders.remind(today=today + timedelta(days=day))
        reminders.remind(today=today)  # a clock that was put back
        told = Notice.objects.filter(kind="logbook")
        assert [(row.user_id, row.cause.rpartition(":")[2]) for row in told.order_by("pk")] == [
            (people.participant.pk, str(week)) for week in (1, 2, 3)
        ]

    def test_none_where_something_was_written(self, people):
        implementing(people, days=8)
        entry(people, ago=5)
        Notice.objects.all().delete()
        reminders.remind(today=timezone.localdate())
        assert not Notice.objects.filter(kind="logbook").exists()


class TestPages:
    @pytest.mark.parametrize("rest", ["logbook/", "logbook/print/", "files/"])
    def test_the_number_of_queries_does_not_depend_on_the_number_of_entries(self, client, people, rest):
        def fill(count):
            for _number in range(count):
                found = entry(people, files=[("a.jpg", made_files.photo())], link="https://contoh.example/")
                logbook.remark(entry=found, actor=people.coach, text="Baik", submit_key=uuid.uuid4())

        fill(2)
        few = statements(client, address(people, rest))
        fill(10)
        assert statements(client, address(people, rest)) == few <= 20

    def test_both_languages_and_pages(self, client, people):
        LogEntry.objects.bulk_create(
            LogEntry(project=people.project, number=n, written_by=people.participant, on=timezone.localdate(),
                     activity=f"Hari ke-{n}.") for n in range(1, 26)
        )  # fmt: skip
        assert "Hari ke-5." not in page_of(people, "participant")
        assert "Hari ke-5." in page_of(people, "participant", "logbook/?page=2")
        english = client.get(address(people, "logbook/", "en")).content.decode()
        assert "Write an entry" in english

    def test_a_programme_without_a_logbook_has_no_such_page(self, people):
        from tests.training.people import person, version

        owner, found = person("sendiri"), version("mandiri-1")
        project = Project.objects.create(version=found, owner=owner, state_code=found.start.code)
        client = as_user(owner)
        assert client.get(f"/id/training/projects/{project.key}/logbook/").status_code == 404
        assert client.get(f"/id/training/projects/{project.key}/files/").status_code == 200


def test_a_day_that_can_not_be_is_refused_by_the_service_too(people):
    implementing(people, days=3)
    for ago in (-1, 4):
        with pytest.raises(GuardsUnmet):
            entry(people, ago=ago)
