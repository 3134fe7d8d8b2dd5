"""The pages of consultations and seminars, as people use them without JavaScript."""

from __future__ import annotations

import uuid
from datetime import UTC, date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.pages import text_of
from tests.training import slots
from tests.training.coordinators import address as of_batch
from tests.training.people import cast
from tests.training.scenes import address, as_user, hidden, people, shared_cast, statements
from training.models import Consultation, Notice, Room, Seminar, SeminarAttendee, SeminarPlace
from training.services import mails, todo

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db


def write(client, people, **changes):
    path = address(people, "consultations/")
    form = {
        **hidden(client.get(path)),
        "role": "coach", "held_on": timezone.localdate().isoformat(),
        "discussed": "Matriks kegiatan", "agreed": "Bukti ditambahkan", **changes,
    }  # fmt: skip
    return client.post(path, form), form


def entry_path(people, entry):
    return address(people, f"consultations/{entry.key}/")


def test_a_consultation_goes_from_one_to_the_other(people):
    writer, reader = as_user(people.participant), as_user(people.coach)
    answer, form = write(writer, people)
    assert answer.status_code == 302
    assert writer.post(address(people, "consultations/"), form).status_code == 302
    [entry] = Consultation.objects.all()
    path = entry_path(people, entry)
    home = reader.get("/id/training/")
    assert path in home.content.decode()
    assert len(home.context["tasks"].object_list) == todo.count(people.coach)
    assert "1 menunggu Anda" in text_of(reader.get(address(people)))
    page = reader.get(path)
    refused = reader.post(path, {**hidden(page), "do": "decline", "reason": " "})
    assert refused.status_code == 422
    assert "supaya dapat diperbaiki" in text_of(refused)
    done = reader.post(path, {**hidden(refused), "do": "confirm"}, follow=True)
    assert "Konsultasi sudah dikonfirmasi." in text_of(done)
    assert "Dikonfirmasi kedua pihak" in text_of(writer.get(address(people, "consultations/")))
    sheet = text_of(as_user(people.examiner).get(address(people, "consultations/sheet/coach/")))
    assert "Matriks kegiatan" in sheet
    assert writer.get(address(people, "consultations/sheet/examiner/")).status_code == 404


def test_what_was_wrong_is_said_and_what_was_typed_stays(people):
    client = as_user(people.participant)
    answer, _form = write(client, people, agreed="", discussed="Tetap di sini")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_agreed"' in page
    assert "Tetap di sini" in page
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "masih akan datang" in text_of(write(client, people, held_on=tomorrow)[0])
    assert write(client, people, state="confirmed")[0].status_code == 400
    assert write(client, people, role="examiner")[0].status_code == 422
    assert not Consultation.objects.exists()


def test_a_refused_entry_is_corrected_and_nobody_confirms_old_words(people):
    writer, reader = as_user(people.participant), as_user(people.coach)
    write(writer, people)
    entry = Consultation.objects.get()
    path = entry_path(people, entry)
    old = hidden(reader.get(path))
    form = {
        **hidden(writer.get(path)), "held_on": entry.held_on.isoformat(), "discussed": "Lain",
        "agreed": "Lain pula",
    }  # fmt: skip
    assert writer.post(path, form).status_code == 302
    late = reader.post(path, {**old, "do": "confirm"})
    assert late.status_code == 422
    assert "sementara itu diubah" in text_of(late)
    assert "Lain pula" in text_of(late)
    for other in (people.mentor, people.participant):
        client = as_user(other)
        forged = {**old, **hidden(client.get(path)), "do": "confirm"}
        forged["form"] = client.get(address(people, "consultations/")).context["token"]
        assert client.post(path, forged).status_code in (403, 404)
    assert reader.post(path, {**hidden(late), "do": "confirm"}).status_code == 302


def test_what_was_written_survives_the_end_of_the_session(people):
    client = as_user(people.participant)
    path = address(people, "consultations/")
    form = {
        **hidden(client.get(path)), "role": "mentor", "held_on": "2026-03-10", "discussed": "Jangan hilang",
        "agreed": "Ya",
    }  # fmt: skip
    gone = Client()
    answer = gone.post(path, form)
    assert answer.status_code == 302
    gone.force_login(people.participant)
    back = gone.get(f"{path}?kept={answer['Location'].partition('kept%3D')[2].partition('&')[0]}")
    assert "Jangan hilang" in back.content.decode()


def set_up(people, **changes):
    client = as_user(people.coordinator)
    path = of_batch("seminar-new", people.batch)
    form = {
        **hidden(client.get(path)), "kind": "design", "day": slots.at(9).date().isoformat(),
        "begins": "09:00", "ends": "11:30", "room": "", "link": slots.LINK, **changes,
    }  # fmt: skip
    return client.post(path, form)


def slot_post(client, seminar, what, **fields):
    path = of_batch("seminar", seminar.batch, seminar=seminar.key)
    page = client.get(path)
    key = page.context["forms"][what.replace("-", "_")]["submit_key"].value()
    data = {f"{what}-{name}": value for name, value in {"submit_key": key, **fields}.items()}
    return client.post(of_batch("seminar-change", seminar.batch, seminar=seminar.key, what=what), data)


def test_a_coordinator_sets_up_fills_moves_and_calls_off(people):
    client = as_user(people.coordinator)
    assert client.post(
        of_batch("seminar-rooms", people.batch), {"name": "Ruang Melati", "capacity": "20"}
    ).status_code == 302  # fmt: skip
    room = Room.objects.get()
    answer = set_up(people, room=str(room.key), link="")
    seminar = Seminar.objects.get()
    assert answer["Location"] == of_batch("seminar", people.batch, seminar=seminar.key)
    assert timezone.localtime(seminar.starts_at).hour == 9
    assert seminar.ends_at - seminar.starts_at == timedelta(hours=2, minutes=30)
    taken = set_up(people, room=str(room.key), link="")
    assert taken.status_code == 422
    assert "Ruang Melati sudah dipakai" in text_of(taken)
    placed = slot_post(client, seminar, "place", project=str(people.project.key))
    assert placed.status_code == 302
    wrong = slot_post(client, seminar, "move", day="2020-01-01", begins="09:00", ends="10:00",
                      room=str(room.key), reason="Ruang dipakai")  # fmt: skip
    assert wrong.status_code == 422
    assert 'value="2020-01-01"' in wrong.content.decode()
    moved = slot_post(client, seminar, "move", day=slots.at(9, days=9).date().isoformat(),
                      begins="13:00", ends="14:00", room=str(room.key), reason="Ruang dipakai")  # fmt: skip
    assert moved.status_code == 302
    assert "Ruang dipakai" in text_of(as_user(people.coach).get(address(people, "seminars/")))
    assert slot_post(client, seminar, "cancel", reason="Banjir").status_code == 302
    assert "1 dibatalkan" in text_of(client.get(of_batch("seminars", people.batch)))
    assert "Banjir" in text_of(as_user(people.participant).get(address(people)))


@pytest.mark.parametrize(("changes", "field"), [
    ({"link": "http://rapat.example/a"}, "https://"),
    ({"link": "javascript:alert(1)"}, "id_link"),
    ({"link": ""}, "tautan rapat"),
    ({"ends": "08:00"}, "selesai setelah mulai"),
    ({"begins": "pagi"}, "id_begins"),
    ({"kind": "final"}, "id_kind"),
    ({"room": str(uuid.uuid4())}, "id_room"),
])  # fmt: skip
def test_what_can_not_be_is_said_at_its_field(people, changes, field):
    answer = set_up(people, **changes)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not Seminar.objects.exists()


def test_the_rest_is_shared_out_by_the_page(people):
    client = as_user(people.coordinator)
    overview = of_batch("seminars", people.batch)
    form = {"kind": "design", "submit_key": str(uuid.uuid4())}
    share = of_batch("seminar-share", people.batch)
    assert "Jadwalkan seminar lebih dulu" in text_of(client.post(share, form, follow=True))
    slots.slot(people)
    for _twice in range(2):
        assert client.post(share, form)["Location"] == overview
    assert SeminarPlace.objects.count() == 1
    assert client.post(share, {"kind": "lain", "submit_key": form["submit_key"]}).status_code == 400
    assert client.post(share, {"kind": "design", "submit_key": "x"}).status_code == 400


def test_each_says_yes_or_no_to_a_recording(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    consent = address(people, f"seminars/{seminar.key}/consent/")
    page = address(people, "seminars/")
    persons = (people.participant, people.mentor, people.coach, people.examiner)
    for user in persons:
        client = as_user(user)
        assert "Tidak boleh direkam" in text_of(client.get(page))
        assert client.post(consent, {"may_record": "mungkin"}).status_code == 400
        assert client.post(consent, {"may_record": "yes"}).status_code == 302
    assert "Boleh direkam: semua orang bersedia." in text_of(as_user(people.coordinator).get(page))
    slots.begun(seminar)
    told = as_user(people.mentor).post(consent, {"may_record": "no"}, follow=True)
    assert "tidak dapat diubah lagi" in text_of(told)
    assert SeminarAttendee.objects.filter(may_record=True).count() == 4


def calendar_of(content):
    calendar = Calendar.from_ical(content)
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


def test_the_calendar_file_says_when_where_and_names_nobody_else(people):
    people.answer_all()
    seminar = slots.slot(people, room=slots.room(people.batch), hour=9)
    slots.put(people, seminar)
    path = address(people, f"seminars/{seminar.key}.ics")
    answer = as_user(people.coach).get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    calendar, entry = calendar_of(answer.content)
    assert str(calendar["METHOD"]) == "REQUEST"
    assert entry["DTSTART"].dt == slots.at(9).astimezone(UTC)
    assert b"DTSTART:" + slots.at(9).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode() in answer.content
    assert (slots.at(9).astimezone(UTC).hour, entry["DTEND"].dt.hour) == (2, 4)  # WIB is UTC+7
    assert str(entry["SUMMARY"]) == "Seminar rancangan: Antrean daring untuk ibu hamil"
    assert str(entry["LOCATION"]) == "Ruang Anggrek, BPSDM Contoh"
    text = answer.content.replace(b"\r\n ", b"").decode()
    for other in (people.participant, people.mentor, people.examiner, people.coordinator):
        assert other.email not in text
    assert people.coach.email in text
    for stranger in (people.coordinator, cast().participant):
        assert as_user(stranger).get(path).status_code == 404


def test_mails_carry_the_invitation_and_its_end_and_go_once(people):
    people.answer_all()
    Notice.objects.all().delete()
    seminar = slots.slot(people)
    slots.put(people, seminar)

    def sent():
        mail.outbox.clear()
        mails.send_waiting()
        mails.send_waiting()
        found = {}
        for message in mail.outbox:
            parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
            [to] = message.to
            assert to not in found
            found[to] = [
                (part.get_param("method"), *calendar_of(part.get_payload(decode=True))) for part in parts
            ]
        return found

    first = sent()
    assert all(slots.LINK in message.body for message in mail.outbox)
    assert set(first) == {u.email for u in (people.participant, people.mentor, people.coach, people.examiner)}
    [(method, _calendar, entry)] = first[people.coach.email]
    assert (method, int(entry["SEQUENCE"])) == ("REQUEST", 0)
    slots.shift(people, seminar, hour=15)
    [(_method, _calendar, moved)] = sent()[people.coach.email]
    assert (str(moved["UID"]), int(moved["SEQUENCE"])) == (str(entry["UID"]), 1)
    client = as_user(people.coordinator)
    slot_post(client, seminar, "cancel", reason="Banjir di jalan")
    [(method, calendar, off)] = sent()[people.coach.email]
    assert (method, str(calendar["METHOD"]), str(off["STATUS"])) == ("CANCEL", "CANCEL", "CANCELLED")
    assert (str(off["UID"]), int(off["SEQUENCE"])) == (str(entry["UID"]), 2)
    assert all("Banjir di jalan" in message.body for message in mail.outbox)
    assert sent() == {}


def test_notices_lead_to_the_page_they_speak_of(people):
    slots.put(people, slots.slot(people))
    write(as_user(people.participant), people)
    page = as_user(people.coach).get("/id/training/").content.decode()
    assert f'href="{address(people, "seminars/")}"' in page
    assert f'href="{address(people, "consultations/")}"' in page


def test_the_batch_s_days_move_what_counts_from_them(people):
    from training.admin.forms import BatchForm

    people.answer_all()
    people.walk_to("design")
    batch = people.batch
    fields = [
        "name",
        "institution",
        "version",
        "starts_on",
        "ends_on",
        "design_seminar_on",
        "result_seminar_on",
    ]
    form_class = type(
        "Form", (BatchForm,), {"Meta": type("Meta", (), {"model": type(batch), "fields": fields})}
    )
    data = {name: getattr(batch, name) for name in fields if name not in {"institution", "version"}}
    data |= {
        "institution": batch.institution_id,
        "version": batch.version_id,
        "coordinator_addresses": people.coordinator.email,
    }
    Notice.objects.all().delete()
    assert people.fresh().due_on == date(2026, 3, 23)
    for cause in ("2026-03-23:-1", "2026-03-23:-3"):
        Notice.objects.create(
            user=people.participant, project=people.project, kind="reminder",
            cause=f"due:{people.project.pk}:x:{cause}", mail="waiting" if cause.endswith("1") else "sent",
        )  # fmt: skip
    form = form_class({**data, "design_seminar_on": date(2026, 4, 4)}, instance=batch)
    assert form.is_valid(), form.errors
    form.save()
    assert people.fresh().due_on == date(2026, 3, 30)
    assert [notice.mail for notice in Notice.objects.filter(kind="reminder")] == ["sent"]


def test_pages_ask_as_often_for_few_and_many(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    counts = []
    for number in (1, 12):
        for count in range(number):
            slots.put(people, seminar, slots.another(people))
            slots.slot(people, "result", days=10 + number, hour=8 + count / 2, hours=0.4)
            Consultation.objects.create(
                project=people.project, role="coach", supporter=people.coach, written_by=people.participant,
                held_on=timezone.localdate(), discussed="a", agreed="b",
            )  # fmt: skip
        own, leader = as_user(people.participant), as_user(people.coordinator)
        rows = [
            *[statements(own, address(people, rest)) for rest in ("", "consultations/", "seminars/")],
            *[statements(leader, of_batch(name, people.batch)) for name in COORDINATORS],
            statements(leader, of_batch("seminar", people.batch, seminar=seminar.key)),
        ]
        counts.append(rows)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


COORDINATORS = ("seminars", "seminar-new", "seminar-rooms")
