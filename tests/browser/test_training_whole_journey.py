"""From an enrolment to a record in the catalogue: five people on phones, in both languages, with and
without JavaScript. What they press and follow is named in Indonesian here; ``spoken`` has the English.
"""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.graduating import check_the_certificate, graduate, publish
from tests.browser.journeying import (
    LOCALES,
    NAMES,
    PASSWORD,
    TITLE,
    Journey,
    begin,
    enter,
    fill,
    invitation_of,
    move,
    now,
    press,
    press_each,
    put,
    reads,
    score,
    write,
)
from tests.browser.spoken import said
from tests.training.made_files import photo_of_a_phone

pytestmark = pytest.mark.browser
LONG = " ".join(
    ["Kader memesankan jam pemeriksaan bagi ibu hamil dan petugas loket memanggil menurut jam itu."] * 3
)
SHORT = "Ibu hamil memesan jam pemeriksaan lewat kader, sehingga tidak lagi menunggu sejak pagi."
ACTIVITIES = ("Menyusun daftar jam", "Melatih kader", "Uji coba dua minggu")
TO_MEND = "Tuliskan siapa yang melanjutkan kegiatan setelah pelatihan."
IN_THE_PAST = """
# Right after the mentor's approval: one before it would not count.
Seminar.objects.filter(batch=batch, starts_at__gt=project.entered_at).update(
    starts_at=project.entered_at, ends_at=project.entered_at + timedelta(seconds=1))
"""
TEN_DAYS_AGO = """
from django.db.models import F
ten = timedelta(days=10)
Event.objects.filter(project=project).update(at=F("at") - ten)
Project.objects.filter(pk=project.pk).update(entered_at=F("entered_at") - ten)
Seminar.objects.filter(batch=batch).update(starts_at=F("starts_at") - ten, ends_at=F("ends_at") - ten)
"""


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("javascript", [False, True], ids=["without", "with"])
def test_from_an_enrolment_to_a_record(site, open_page, sign_in, look, language, javascript):
    journey = begin(site, look, open_page, language=language, script=javascript)
    enrol(journey)
    everybody_accepts(journey)
    write_issue_and_idea(journey)
    consult(journey)
    review_the_design(journey)
    hold_a_seminar(journey, "design", "Tutup seminar rancangan", leads_to="Perbaikan rancangan")
    improve(journey)
    carry_out(journey)
    report(journey)
    hold_a_seminar(journey, "result", "Tutup seminar hasil", leads_to="Perbaikan akhir")
    finish(journey)
    graduate(journey)
    check_the_certificate(journey, open_page(width=320, javascript=javascript, locale=LOCALES[language]))
    curator = open_page(width=1280)  # the catalogue's admin needs JavaScript
    sign_in(curator, "kurator")
    move(journey, "coordinator", "Ajukan ke katalog", leads_to="Kurasi katalog")
    publish(journey, curator)


# --- People ---------------------------------------------------------------------------------------------


def enrol(journey: Journey) -> None:
    """The coordinator enrols one person by the form and chooses an examiner."""
    page = journey.pages["coordinator"]
    enter(page, journey.site, journey.emails["coordinator"])
    journey.home("coordinator", "Angkatan saya")
    page = journey.in_batch("Daftarkan peserta")
    press(page, "Daftarkan dan undang")
    expect(page.locator("[role=alert]")).to_contain_text(said(page, "Tidak ada yang didaftarkan"))
    journey.look(page)
    for role, called in (("participant", "peserta"), ("mentor", "mentor"), ("coach", "coach")):
        fill(page, f"Nama {called}", NAMES[role])
        fill(page, f"Surel {called}", journey.emails[role])
    fill(page, "Instansi", "gov-35.10")
    press(page, "Daftarkan dan undang")
    expect(page.get_by_role("status").first).to_contain_text(NAMES["participant"])
    page = journey.in_batch("Penguji")
    fill(page, "Nama", NAMES["examiner"])
    fill(page, "Surel", journey.emails["examiner"])
    fill(page, "Instansi", "outside")
    press(page, "Pilih")
    press(page, "Bagikan secara merata")
    reads(page, "1 proyek")
    journey.look(page)
    journey.project = journey.change("print('MADE', json.dumps(str(batch.projects.get().key)))")


def everybody_accepts(journey: Journey) -> None:
    """Each by the link of their mail, choosing a first password; then the coordinator begins."""
    for role in NAMES:
        page, email = journey.pages[role], journey.emails[role]
        link = invitation_of(journey.site, email, journey.language)
        page.goto(link)
        journey.look(page)
        press(page, "Buat kata sandi")
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        journey.look(page)
        page.locator("form:has(input[type=password]) [type=submit]").first.click()
        page.wait_for_url(lambda url: "set-password" not in url)
        enter(page, journey.site, email)
        page.goto(link)
        journey.look(page)
        press(page, "Terima")
        now(page, "Terdaftar")
    page = journey.in_batch()
    press(page, "Mulai semua yang siap")
    expect(page.get_by_role("status").first).to_be_visible()
    now(journey.at("participant"), "Penetapan isu")


# --- Issue, idea, design ----------------------------------------------------------------------------------


def write_issue_and_idea(journey: Journey) -> None:
    marks = dict.fromkeys("apklusg", "4")
    issues = [{"issue": f"Isu nomor {number}", **marks} for number in (1, 2, 3)]
    write(journey, "Isu", {"issues": issues, "chosen_row": "1", "chosen_issue": LONG, "causes": LONG})
    move(journey, "participant", "Tetapkan isu ini", leads_to="Gagasan")
    page = journey.at("participant", "Gagasan")
    put(page, "a-title", TITLE)
    put(page, "a-abstract", SHORT)
    put(page, "a-originality", "modified")
    press(page, "Simpan dan cari yang serupa")
    expect(page.locator("#similar .near > li").first).to_be_visible()
    page.locator("#q-cited [type=checkbox]").first.check()
    put(page, "a-similar", "Di sini kader yang memesankan karena sinyal lemah.")
    journey.look(page)
    press(page, "Simpan dan lanjut")
    move(journey, "participant", "Ajukan gagasan ke mentor", leads_to="Persetujuan gagasan")
    journey.home("mentor", TITLE)
    move(journey, "mentor", "Setujui gagasan", leads_to="Penyusunan rancangan")


def consult(journey: Journey) -> None:
    """One written by the participant, one by the coach; each confirmed by the other."""
    for writer, other in (("participant", "coach"), ("coach", "participant")):
        page = journey.at(writer, "Konsultasi")
        if writer == "participant":
            fill(page, "Dengan", "coach")
        fill(page, "Apa yang dibahas", "Matriks kegiatan dan bukti tiap kegiatan.")
        fill(page, "Apa yang disepakati", "Bukti ditambahkan pada kegiatan kedua.")
        press(page, "Catat dan minta konfirmasi pihak lain")
        expect(page.get_by_role("status").first).to_be_visible()
        journey.home(other)
        page = journey.at(other, "Konsultasi", "Konfirmasi atau sanggah")
        press(page, "Konfirmasi: memang ini yang dibicarakan")
        reads(page, "Dikonfirmasi kedua pihak")
    journey.at("participant", "Konsultasi", "Lembar untuk dicetak")


def review_the_design(journey: Journey) -> None:
    day = journey.change("print('MADE', json.dumps(str(batch.starts_on)))")
    rows = [
        {"activity": one, "output": "Daftar", "value": "harmonis", "evidence": "Foto", "date": day}
        for one in ACTIVITIES
    ]
    write(journey, "Rancangan aktualisasi", {"matrix": rows, "stakeholders": LONG, "risks": LONG})
    move(journey, "participant", "Ajukan rancangan ke coach", leads_to="Tinjauan rancangan oleh coach")
    note = "Sebutkan siapa yang menyimpan bukti."
    move(journey, "coach", "Kembalikan dengan catatan", leads_to="Revisi rancangan", note=note)
    page = journey.at("participant")
    expect(page.locator("main")).to_contain_text(note)
    write(journey, "Rancangan aktualisasi", {"risks": f"{LONG} Bukti disimpan kader."})
    move(journey, "participant", "Ajukan lagi ke coach", leads_to="Tinjauan rancangan oleh coach")
    move(journey, "coach", "Setujui rancangan", leads_to="Persetujuan mentor")
    move(journey, "mentor", "Setujui rancangan untuk seminar", leads_to="Seminar rancangan")


# --- Seminars ---------------------------------------------------------------------------------------------


def hold_a_seminar(journey: Journey, kind: str, closing: str, *, leads_to: str) -> None:
    """The coordinator sets a slot, all may agree to a recording, the examiner scores and closes."""
    page = journey.in_batch("Seminar", "Jadwalkan seminar")
    tomorrow = journey.change(
        "from django.utils import timezone\n"
        "print('MADE', json.dumps(str(timezone.localdate() + timedelta(days=1))))"
    )
    times = (("Tanggal", tomorrow), ("Mulai", "09:00"), ("Selesai", "10:00"))
    for label, value in (("Seminar yang mana", kind), *times):
        fill(page, label, value)
    fill(page, "Tautan rapat", "https://rapat.example.go.id/seminar")
    press(page, "Jadwalkan")
    expect(page.locator("#add")).to_be_visible()
    journey.look(page)
    press(page, "Beri tempat")
    expect(page.locator(".slot-order")).to_contain_text(NAMES["participant"])
    journey.look(page)
    page = journey.at("participant", "Seminar")
    page.get_by_label(said(page, "Ya, saya bersedia"), exact=True).first.check()
    press(page, "Simpan jawaban")
    expect(page.get_by_role("status").first).to_be_visible()
    journey.change(IN_THE_PAST)
    score(journey, "examiner")
    move(journey, "examiner", closing, leads_to=leads_to, note=TO_MEND)


# --- Carrying out and report ------------------------------------------------------------------------------


def improve(journey: Journey) -> None:
    write(journey, "Rancangan aktualisasi", {"risks": f"{LONG} Bukti disimpan kader dan petugas."})
    reads(journey.at("participant"), "belum dibalas")
    page = journey.at("participant", "Balas catatan")
    expect(page.locator("main")).to_contain_text(TO_MEND)
    fill(page, "Yang sudah dilakukan", "Kader dan petugas loket melanjutkan.")
    press(page, "Simpan balasan")
    expect(page.get_by_role("status").first).to_be_visible()
    move(journey, "participant", "Ajukan perbaikan ke coach", leads_to="Konfirmasi perbaikan")
    page = journey.at("coach", "Nyatakan rancangan final")
    expect(page.locator("main")).to_contain_text("Kader dan petugas loket melanjutkan.")
    move(journey, "coach", "Nyatakan rancangan final", leads_to="Implementasi")


def carry_out(journey: Journey) -> None:
    """A logbook of ten days with a photo, confirmed by the mentor."""
    journey.change(TEN_DAYS_AGO)
    log(journey, days_ago=6)
    log(journey, days_ago=0, photo=photo_of_a_phone())
    keeps_no_place(journey)
    journey.home("mentor", "Buku catatan harian: siapa menulis hari ini")
    page = journey.at("mentor", "Buku catatan harian")
    press_each(page, "Konfirmasi", count=2)
    journey.look(page)
    page = journey.at("participant", "Buku catatan harian", "Jelaskan mengapa belum ada bukti")
    for field in page.locator("main textarea").all():
        field.fill("Belum dijalankan karena jadwal posyandu bergeser.")
    press(page, "Simpan alasan")
    expect(page.get_by_role("status").first).to_be_visible()
    journey.at("participant", "Buku catatan harian", "Tampilan cetak")
    page = journey.at("mentor", "Buku catatan harian")
    press_each(page, "Setujui alasan ini", count=len(ACTIVITIES) - 1)
    journey.look(page)
    move(journey, "participant", "Selesai menjalankan; tulis laporan", leads_to="Penyusunan laporan")


def log(journey: Journey, *, days_ago: int, photo: bytes | None = None) -> None:
    page = journey.at("participant", "Tulis di buku catatan harian")
    fill(page, "Apa yang dilakukan", "Menyusun daftar jam bersama petugas loket.")
    today = date.fromisoformat(page.locator("[name=on]").input_value())
    page.locator("[name=on]").fill(str(today - timedelta(days=days_ago)))
    fill(page, "Bagian rencana", "matrix:0")
    if photo is not None:
        page.locator("[name=photo]").set_input_files(
            {"name": "kegiatan.jpg", "mimeType": "image/jpeg", "buffer": photo}
        )
    press(page, "Simpan catatan")
    expect(page.get_by_role("status").first).to_be_visible()
    journey.look(page)


def keeps_no_place(journey: Journey) -> None:
    """Of the photo that was handed in neither place nor camera is kept."""
    page = journey.at("participant", "Berkas")
    link = page.locator("main a[href*='/files/']", has_text="kegiatan.jpg").first.get_attribute("href")
    kept = page.request.get(f"{journey.site.url}{link}").body()
    picture = Image.open(io.BytesIO(kept))
    assert dict(picture.getexif().get_ifd(0x8825)) == {}
    assert b"Rahasia" not in kept


def report(journey: Journey) -> None:
    outcome = {"name": "Waktu tunggu", "unit": "menit", "before": "187", "after": "42", "year": "2026"}
    texts = {"problem": LONG, "way": LONG, "novelty": SHORT, "outcomes": [outcome], "lessons": LONG}
    write(journey, "Laporan", texts)
    catalogue = {"sector": "health", "tags": "antrean; kader", "year_started": "2026", "consent": "yes"}
    write(journey, "Ke katalog", catalogue)
    move(journey, "participant", "Ajukan laporan ke coach", leads_to="Tinjauan laporan oleh coach")
    move(journey, "coach", "Setujui laporan", leads_to="Persetujuan laporan oleh mentor")
    move(journey, "mentor", "Setujui laporan untuk seminar", leads_to="Seminar hasil")


def finish(journey: Journey) -> None:
    write(journey, "Laporan", {"lessons": f"{LONG} Kepala puskesmas melanjutkan."})
    move(journey, "participant", "Ajukan laporan akhir", leads_to="Pengesahan oleh coach")
    for role in ("mentor", "coach"):
        journey.home(role)
        score(journey, role)
    move(journey, "coach", "Nyatakan laporan akhir lengkap", leads_to="Pengesahan oleh mentor")
    for role in ("mentor", "examiner"):
        journey.home(role, TITLE)
    move(journey, "mentor", "Setujui laporan akhir", leads_to="Pengesahan oleh penguji")
    move(journey, "examiner", "Sahkan laporan akhir", leads_to="Rapat kelulusan")
