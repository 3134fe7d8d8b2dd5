"""From an enrolment to a record in the catalogue: five people on phones, with and without JavaScript."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.journeying import (
    PASSWORD,
    Journey,
    begin,
    enter,
    follow,
    invitation_of,
    move,
    now,
    press,
    put,
    until,
    write,
)
from tests.training.made_files import photo_of_a_phone

pytestmark = pytest.mark.browser
TITLE = "Antrean jam pasti untuk ibu hamil"
LONG = " ".join(
    ["Kader memesankan jam pemeriksaan bagi ibu hamil dan petugas loket memanggil menurut jam itu."] * 3
)
SHORT = "Ibu hamil memesan jam pemeriksaan lewat kader, sehingga tidak lagi menunggu sejak pagi."
ACTIVITIES = ("Menyusun daftar jam", "Melatih kader", "Uji coba dua minggu")
TO_MEND = "Tuliskan siapa yang melanjutkan kegiatan setelah pelatihan."
NAMES = {
    "participant": "Sari Peserta Percobaan",
    "mentor": "Made Mentor Percobaan",
    "coach": "Cahya Coach Percobaan",
    "examiner": "Petrus Penguji Percobaan",
}
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


@pytest.mark.parametrize("javascript", [False, True], ids=["without", "with"])
def test_from_an_enrolment_to_a_record(site, open_page, sign_in, look, javascript):
    journey = begin(site, look, open_page, script=javascript)
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
    check_the_certificate(journey, open_page(width=320, javascript=javascript))
    curator = open_page(width=1280)  # the catalogue's admin needs JavaScript
    sign_in(curator, "kurator")
    move(journey, "coordinator", "Ajukan ke katalog", leads_to="Kurasi katalog")
    publish(journey, curator)


# --- People ---------------------------------------------------------------------------------------------


def enrol(journey: Journey) -> None:
    """The coordinator enrols one person by the form and chooses an examiner."""
    page = journey.pages["coordinator"]
    enter(page, journey.site, journey.emails["coordinator"])
    journey.open("coordinator", f"{journey.site.url}/id/training/batches/")
    page = journey.in_batch("enrol/")
    press(page, "Daftarkan dan undang")
    expect(page.locator("[role=alert]")).to_contain_text("Tidak ada yang didaftarkan")
    journey.look(page)
    for role in ("participant", "mentor", "coach"):
        put(page, f"{role}_name", NAMES[role])
        put(page, f"{role}_email", journey.emails[role])
    put(page, "agency", "gov-35.10")
    press(page, "Daftarkan dan undang")
    expect(page.get_by_role("status").first).to_contain_text(NAMES["participant"])
    page = journey.in_batch("examiners/")
    put(page, "name", NAMES["examiner"])
    put(page, "email", journey.emails["examiner"])
    put(page, "agency", "outside")
    press(page, "Pilih")
    press(page, "Bagikan secara merata")
    expect(page.locator("main")).to_contain_text("1 proyek")
    journey.look(page)
    journey.project = journey.change("print('MADE', json.dumps(str(batch.projects.get().key)))")


def everybody_accepts(journey: Journey) -> None:
    """Each by the link of their mail, choosing a first password; then the coordinator begins."""
    for role in NAMES:
        page, email = journey.pages[role], journey.emails[role]
        link = invitation_of(journey.site, email)
        page.goto(link)
        journey.look(page)
        press(page, "Buat kata sandi")
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        journey.look(page)
        page.locator("form:has(input[type=password]) [type=submit]").first.click()
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
    write(journey, "issue", {"issues": issues, "chosen_row": "1", "chosen_issue": LONG, "causes": LONG})
    move(journey, "participant", "Tetapkan isu ini", leads_to="Gagasan")
    page = journey.at("participant", "steps/idea/")
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
    journey.open("mentor", f"{journey.site.url}/id/training/")
    follow(journey.pages["mentor"], TITLE)
    move(journey, "mentor", "Setujui gagasan", leads_to="Penyusunan rancangan")


def consult(journey: Journey) -> None:
    """One written by the participant, one by the coach; each confirmed by the other."""
    for writer, other in (("participant", "coach"), ("coach", "participant")):
        page = journey.at(writer, "consultations/")
        if page.locator("[name=role]").count():
            put(page, "role", "coach")
        put(page, "discussed", "Matriks kegiatan dan bukti tiap kegiatan.")
        put(page, "agreed", "Bukti ditambahkan pada kegiatan kedua.")
        press(page, "Catat dan minta konfirmasi pihak lain")
        expect(page.get_by_role("status").first).to_be_visible()
        journey.open(other, f"{journey.site.url}/id/training/")
        page = journey.at(other, "consultations/")
        follow(page, "Konfirmasi atau sanggah")
        journey.look(page)
        press(page, "Konfirmasi: memang ini yang dibicarakan")
        expect(page.locator("main")).to_contain_text("Dikonfirmasi kedua pihak")
    journey.at("participant", "consultations/sheet/coach/")


def review_the_design(journey: Journey) -> None:
    day = journey.change("print('MADE', json.dumps(str(batch.starts_on)))")
    rows = [
        {"activity": one, "output": "Daftar", "value": "harmonis", "evidence": "Foto", "date": day}
        for one in ACTIVITIES
    ]
    write(journey, "design", {"matrix": rows, "stakeholders": LONG, "risks": LONG})
    move(journey, "participant", "Ajukan rancangan ke coach", leads_to="Tinjauan rancangan oleh coach")
    note = "Sebutkan siapa yang menyimpan bukti."
    move(journey, "coach", "Kembalikan dengan catatan", leads_to="Revisi rancangan", note=note)
    page = journey.at("participant")
    expect(page.locator("main")).to_contain_text(note)
    write(journey, "design", {"risks": f"{LONG} Bukti disimpan kader."})
    move(journey, "participant", "Ajukan lagi ke coach", leads_to="Tinjauan rancangan oleh coach")
    move(journey, "coach", "Setujui rancangan", leads_to="Persetujuan mentor")
    move(journey, "mentor", "Setujui rancangan untuk seminar", leads_to="Seminar rancangan")


# --- Seminars ---------------------------------------------------------------------------------------------


def hold_a_seminar(journey: Journey, kind: str, closing: str, *, leads_to: str) -> None:
    """The coordinator sets a slot, all may agree to a recording, the examiner scores and closes."""
    page = journey.in_batch("seminars/new/")
    tomorrow = journey.change(
        "from django.utils import timezone\n"
        "print('MADE', json.dumps(str(timezone.localdate() + timedelta(days=1))))"
    )
    for name, value in (("kind", kind), ("day", tomorrow), ("begins", "09:00"), ("ends", "10:00")):
        put(page, name, value)
    put(page, "link", "https://rapat.example.go.id/seminar")
    press(page, "Jadwalkan")
    expect(page.locator("#add")).to_be_visible()
    journey.look(page)
    press(page, "Beri tempat")
    expect(page.locator(".slot-order")).to_contain_text(NAMES["participant"])
    journey.look(page)
    page = journey.at("participant", "seminars/")
    page.locator("[name=may_record][value=yes]:not(:disabled)").first.check()
    press(page, "Simpan jawaban")
    expect(page.get_by_role("status").first).to_be_visible()
    journey.change(IN_THE_PAST)
    score(journey, "examiner", "seminar-1" if kind == "design" else "seminar-2")
    move(journey, "examiner", closing, leads_to=leads_to, note=TO_MEND)


def score(journey: Journey, role: str, occasion: str) -> None:
    """Level 4 everywhere, or 85 where a mark is entered."""
    page = journey.at(role, f"scores/{occasion}/")
    press(page, "Serahkan nilai")
    expect(page.locator("#problems")).to_be_visible()
    journey.look(page)
    for choice in page.locator("input[type=radio][value='4']").all():
        choice.check()
    for field in page.locator("main input[name^=e-]").all():
        field.fill("85,50")
    put(page, "mending", "Tuliskan siapa yang melanjutkan setelah pelatihan.")
    press(page, "Serahkan nilai")
    page.wait_for_url("**/scores/")
    journey.look(page)


# --- Carrying out and report ------------------------------------------------------------------------------


def improve(journey: Journey) -> None:
    write(journey, "design", {"risks": f"{LONG} Bukti disimpan kader dan petugas."})
    page = journey.at("participant")
    expect(page.locator("main")).to_contain_text("belum dibalas")
    page = journey.at("participant", "notes/")
    expect(page.locator("main")).to_contain_text(TO_MEND)
    put(page, "r--", "Kader dan petugas loket melanjutkan.")
    press(page, "Simpan balasan")
    expect(page.get_by_role("status").first).to_be_visible()
    move(journey, "participant", "Ajukan perbaikan ke coach", leads_to="Konfirmasi perbaikan")
    page = journey.at("coach", "moves/confirm-improvement/")
    expect(page.locator("main")).to_contain_text("Kader dan petugas loket melanjutkan.")
    move(journey, "coach", "Nyatakan rancangan final", leads_to="Implementasi")


def carry_out(journey: Journey) -> None:
    """A logbook of ten days with a photo, confirmed by the mentor."""
    journey.change(TEN_DAYS_AGO)
    log(journey, days_ago=6)
    log(journey, days_ago=0, photo=photo_of_a_phone())
    keeps_no_place(journey)
    journey.open("mentor", f"{journey.site.url}/id/training/logbooks/")
    page = journey.at("mentor", "logbook/")
    for left in (2, 1):
        expect(page.get_by_role("button", name="Konfirmasi")).to_have_count(left)
        press(page, "Konfirmasi")
    expect(page.get_by_role("button", name="Konfirmasi")).to_have_count(0)
    journey.look(page)
    page = journey.at("participant", "logbook/reasons/")
    for field in page.locator("main textarea").all():
        field.fill("Belum dijalankan karena jadwal posyandu bergeser.")
    press(page, "Simpan alasan")
    expect(page.get_by_role("status").first).to_be_visible()
    journey.at("participant", "logbook/print/")
    page = journey.at("mentor", "logbook/")
    agrees = page.locator("main").get_by_role("button", name="Setujui alasan ini")
    for left in range(agrees.count(), 0, -1):
        expect(agrees).to_have_count(left)
        agrees.first.click()
    expect(agrees).to_have_count(0)
    journey.look(page)
    move(journey, "participant", "Selesai menjalankan; tulis laporan", leads_to="Penyusunan laporan")


def log(journey: Journey, *, days_ago: int, photo: bytes | None = None) -> None:
    page = journey.at("participant", "logbook/new/")
    put(page, "activity", "Menyusun daftar jam bersama petugas loket.")
    today = date.fromisoformat(page.locator("[name=on]").input_value())
    put(page, "on", str(today - timedelta(days=days_ago)))
    put(page, "row", "matrix:0")
    if photo is not None:
        page.locator("[name=photo]").set_input_files(
            {"name": "kegiatan.jpg", "mimeType": "image/jpeg", "buffer": photo}
        )
    press(page, "Simpan catatan")
    expect(page.get_by_role("status").first).to_be_visible()
    journey.look(page)


def keeps_no_place(journey: Journey) -> None:
    """Of the photo that was handed in neither place nor camera is kept."""
    page = journey.at("participant", "files/")
    link = page.locator("main a[href*='/files/']", has_text="kegiatan.jpg").first.get_attribute("href")
    kept = page.request.get(f"{journey.site.url}{link}").body()
    picture = Image.open(io.BytesIO(kept))
    assert dict(picture.getexif().get_ifd(0x8825)) == {}
    assert b"Rahasia" not in kept


def report(journey: Journey) -> None:
    outcome = {"name": "Waktu tunggu", "unit": "menit", "before": "187", "after": "42", "year": "2026"}
    texts = {"problem": LONG, "way": LONG, "novelty": SHORT, "outcomes": [outcome], "lessons": LONG}
    write(journey, "report", texts)
    catalogue = {"sector": "health", "tags": "antrean; kader", "year_started": "2026", "consent": "yes"}
    write(journey, "catalogue", catalogue)
    move(journey, "participant", "Ajukan laporan ke coach", leads_to="Tinjauan laporan oleh coach")
    move(journey, "coach", "Setujui laporan", leads_to="Persetujuan laporan oleh mentor")
    move(journey, "mentor", "Setujui laporan untuk seminar", leads_to="Seminar hasil")


def finish(journey: Journey) -> None:
    write(journey, "report", {"lessons": f"{LONG} Kepala puskesmas melanjutkan."})
    move(journey, "participant", "Ajukan laporan akhir", leads_to="Pengesahan oleh coach")
    for role in ("mentor", "coach"):
        journey.open(role, f"{journey.site.url}/id/training/")
        score(journey, role, role)
    move(journey, "coach", "Nyatakan laporan akhir lengkap", leads_to="Pengesahan oleh mentor")
    for role in ("mentor", "examiner"):
        follow(journey.open(role, f"{journey.site.url}/id/training/"), TITLE)
    move(journey, "mentor", "Setujui laporan akhir", leads_to="Pengesahan oleh penguji")
    move(journey, "examiner", "Sahkan laporan akhir", leads_to="Rapat kelulusan")


# --- Graduation and catalogue -----------------------------------------------------------------------------


def graduate(journey: Journey) -> None:
    score(journey, "coordinator", "coordinator")
    page = journey.in_batch("results/")
    press(page, "Kunci semua yang lengkap")
    expect(page.locator("main")).to_contain_text("dikunci")
    journey.look(page)
    follow(page, NAMES["participant"])
    journey.look(page)
    move(journey, "coordinator", "Catat lulus", leads_to="Lulus", note="Memenuhi semua syarat kelulusan.")
    page = journey.at("participant", "scores/")
    expect(page.locator("#result")).to_be_visible()


def check_the_certificate(journey: Journey, visitor: Page) -> None:
    """Once the worker has signed it, anybody may check it by its code."""

    def signed() -> str | None:
        page = journey.pages["participant"]
        page.goto(journey.url())
        found = page.get_by_role("link", name="Periksa", exact=True)
        return found.first.get_attribute("href") if found.count() else None

    address = until(signed, "the certificate was not signed")
    journey.look(journey.pages["participant"])
    visitor.goto(f"{journey.site.url}/id/verify/")
    journey.look(visitor)
    visitor.locator("[name=code]").fill(address.rstrip("/").rpartition("/")[2])
    visitor.locator("main form:has([name=code]) [type=submit]").first.click()
    expect(visitor.locator("#verdict")).to_contain_text("Sertifikat ini asli")
    expect(visitor.locator("main")).to_contain_text(NAMES["participant"])
    journey.look(visitor)


def publish(journey: Journey, curator: Page) -> None:
    """A curator approves what the coordinator submitted; record and project lead to each other."""
    key = journey.change(
        "from catalogue.models import InnovationPage\n"
        "print('MADE', json.dumps(InnovationPage.objects.get(translation_key=project.record_key).pk))"
    )
    curator.goto(f"{journey.site.url}/admin/pages/{key}/edit/")
    approve(curator)

    def published() -> str | None:
        page = journey.pages["participant"]
        page.goto(journey.url())
        found = page.get_by_role("link", name="Lihat di katalog")
        return found.first.get_attribute("href") if found.count() else None

    record = until(published, "the record is not live")
    page = journey.open("participant", journey.url())
    now(page, "Terbit di katalog")
    journey.open("participant", f"{journey.site.url}{record}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.locator(f"main a[href*='{journey.project}']").first.click()
    now(page, "Terbit di katalog")


def approve(page: Page) -> None:
    page.locator("[data-controller='w-dropdown'] [data-w-dropdown-target='toggle']").last.click()
    page.locator("[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])").click()
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
