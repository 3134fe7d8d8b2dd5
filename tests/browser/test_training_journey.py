"""A participant, their mentor and their coach on a phone, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.training_people import Team, team

pytestmark = pytest.mark.browser

CAUSES = " ".join(
    ["Nomor antrean dibagikan sekaligus pada pukul tujuh pagi sehingga semua orang datang pukul tujuh."] * 2
)
DATA = (
    "Catatan loket bulan Maret menunjukkan rata-rata 187 menit menunggu dari 412 kunjungan, "
    "dan 23 orang pulang tanpa diperiksa pada hari itu."
)
ABSTRACT = (
    "Ibu hamil memesan jam pemeriksaan lewat kader atau ponsel, sehingga tidak lagi menunggu sejak pagi."
)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def fill_issues(page: Page) -> None:
    """Three rows; the form shows two at first."""
    for row in range(3):
        if not page.locator(f"[name=a-issues-{row}-issue]").count():
            page.locator("[data-more=issues]").click()
        page.locator(f"[name=a-issues-{row}-issue]").fill(f"Isu nomor {row + 1}")
        for column in "apklusg":
            page.locator(f"[name=a-issues-{row}-{column}]").select_option("4")


@pytest.mark.parametrize("javascript", [False, True], ids=["without", "with"])
def test_from_an_issue_to_an_approved_idea(site, open_page, look, javascript):
    people = team(site)
    participant, mentor, coach = (open_page(width=320, height=640, javascript=javascript) for _ in range(3))
    for page, role in ((participant, "participant"), (mentor, "mentor"), (coach, "coach")):
        people.sign_in(page, role)
        assert page.url.endswith("/id/training/")
        look(page)
    expect(participant.get_by_role("link", name="Ruang kerja (1)")).to_be_visible()
    expect(mentor.locator("main")).to_contain_text("Tidak ada yang menunggu Anda.")
    write_the_issue(participant, look)
    write_the_idea(participant, look)
    return_the_idea(mentor, people, look)
    mend_the_idea(participant, people, look)
    mentor.goto(f"{site.url}/id/training/")
    follow(mentor, "Antrean daring untuk ibu hamil")
    follow(mentor, "Setujui gagasan")
    expect(mentor.locator(".changed ins")).to_contain_text("kader")
    look(mentor)
    press(mentor, "Setujui gagasan")
    expect(mentor.locator("#now")).to_have_text("Sekarang: Penyusunan rancangan")
    coach.goto(people.url())
    look(coach)
    follow(coach, "Gagasan")
    expect(coach.locator("#similar")).to_be_visible()
    look(coach)


def write_the_issue(page: Page, look) -> None:
    follow(page, "Proyek tanpa judul")
    look(page)
    follow(page, "Isu – Analisis penyebab: Ini belum dijawab.")
    expect(page.locator("#q-causes .error")).to_have_text("Ini belum dijawab.")
    look(page)
    fill_issues(page)
    page.locator("[name=a-chosen_row][value='1']").check()
    page.locator("[name=a-chosen_issue]").fill(DATA)
    page.locator("[name=a-causes]").fill(CAUSES)
    press(page, "Simpan konsep")
    expect(page.locator(".error")).to_have_count(0)
    press(page, "Simpan dan lanjut")
    follow(page, "Tetapkan isu ini")
    look(page)
    press(page, "Tetapkan isu ini")
    expect(page.locator("#now")).to_have_text("Sekarang: Gagasan")


def write_the_idea(page: Page, look) -> None:
    follow(page, "Tulis: Gagasan")
    page.locator("[name=a-title]").fill("Antrean daring untuk ibu hamil")
    page.locator("[name=a-abstract]").fill(ABSTRACT)
    page.locator("[name=a-originality][value=new]").check()
    press(page, "Simpan dan cari yang serupa")
    page.wait_for_url("**/steps/idea/#similar")
    expect(page.locator("#similar .near > li").first).to_be_visible()
    look(page)
    press(page, "Simpan dan lanjut")
    follow(page, "Ajukan gagasan ke mentor")
    press(page, "Ajukan gagasan ke mentor")
    expect(page.locator("#now")).to_have_text("Sekarang: Persetujuan gagasan")
    look(page)


def return_the_idea(page: Page, people: Team, look) -> None:
    page.goto(f"{people.site.url}/id/training/")
    expect(page.get_by_role("link", name="Ruang kerja (1)")).to_be_visible()
    follow(page, "Antrean daring untuk ibu hamil")
    follow(page, "Kembalikan dengan catatan")
    press(page, "Kembalikan dengan catatan")
    expect(page.get_by_role("alert")).to_contain_text("Tulis apa yang perlu diperbaiki")
    look(page)
    page.locator("details.noting summary", has_text="Ringkasan gagasan").click()
    page.locator("[name=n-abstract]").fill("Sebutkan siapa yang memesankan.")
    press(page, "Kembalikan dengan catatan")
    expect(page.locator("#now")).to_have_text("Sekarang: Gagasan")


def mend_the_idea(page: Page, people: Team, look) -> None:
    page.goto(people.url())
    expect(page.locator("#notes")).to_have_text("Catatan mentor")
    follow(page, "Lanjutkan menulis: Gagasan")
    expect(page.locator("#note-abstract")).to_contain_text("Sebutkan siapa yang memesankan.")
    look(page)
    page.locator("[name=a-abstract]").fill(f"{ABSTRACT} Yang memesankan adalah kader.")
    press(page, "Simpan dan lanjut")
    follow(page, "Ajukan gagasan ke mentor")
    press(page, "Ajukan gagasan ke mentor")
    expect(page.locator("#now")).to_have_text("Sekarang: Persetujuan gagasan")


def test_it_saves_by_itself_also_after_the_line_was_down(site, open_page):
    people = team(site)
    page = open_page(width=320)
    people.sign_in(page, "participant")
    page.clock.install()
    page.goto(people.url("steps/issue/"))
    status = page.locator("[data-status]")
    page.locator("[name=a-causes]").fill("Antrean panjang")
    expect(page.locator("#q-causes [data-words]")).to_have_text("Kata sekarang: 2")
    page.clock.run_for(16_000)
    expect(status).to_contain_text("Tersimpan pukul")
    page.context.set_offline(True)
    page.locator("[name=a-causes]").fill("Antrean panjang sejak subuh")
    page.clock.run_for(16_000)
    expect(status).to_contain_text("tidak ada sambungan")
    assert "sejak subuh" in page.evaluate("JSON.stringify(localStorage)")
    page.context.set_offline(False)
    page.clock.run_for(16_000)
    expect(status).to_contain_text("Tersimpan pukul")
    assert "sejak subuh" not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    expect(page.locator("[name=a-causes]")).to_have_value("Antrean panjang sejak subuh")
    expect(page.locator("[data-restore]")).to_be_hidden()


def opened_again(page: Page, people: Team, text: str) -> None:
    """Another device shows ``text`` within a few seconds, and its workspace leads to the step."""
    people.sign_in(page, "participant")
    for _attempt in range(25):
        page.goto(people.url("steps/issue/"))
        if page.locator("[name=a-causes]").input_value() == text:
            break
        page.wait_for_timeout(200)
    expect(page.locator("[name=a-causes]")).to_have_value(text)
    page.goto(f"{people.site.url}/id/training/")
    follow(page, "Lanjutkan menulis: Isu")
    expect(page).to_have_url(people.url("steps/issue/"))


def test_it_saves_on_leaving_and_another_device_goes_on_at_the_same_step(site, open_page):
    people = team(site)
    phone, computer = open_page(width=320), open_page(width=1280)
    people.sign_in(phone, "participant")
    phone.goto(people.url("steps/issue/"))
    phone.locator("[name=a-causes]").fill("Ditulis di angkutan umum")
    phone.goto(f"{site.url}/id/")
    opened_again(computer, people, "Ditulis di angkutan umum")


def test_it_saves_when_another_window_comes_to_the_front(site, open_page):
    people = team(site)
    page = open_page(width=320)
    people.sign_in(page, "participant")
    page.goto(people.url("steps/issue/"))
    page.locator("[name=a-causes]").fill("Ditulis sebelum telepon masuk")
    with page.expect_response("**/draft/") as answered:
        page.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert answered.value.ok
    expect(page.locator("[data-status]")).to_contain_text("Tersimpan pukul")


def test_what_the_line_swallowed_is_offered_when_the_page_opens_again(site, open_page):
    people = team(site)
    page = open_page(width=320)
    people.sign_in(page, "participant")
    page.clock.install()
    page.goto(people.url("steps/issue/"))
    page.route("**/draft/", lambda route: route.abort())
    page.locator("[data-more=issues]").click()
    expect(page.locator("[name=a-issues-2-issue]")).to_be_focused()
    page.locator("[name=a-issues-2-issue]").fill("Isu ketiga")
    page.clock.run_for(16_000)
    expect(page.locator("[data-status]")).to_contain_text("tidak ada sambungan")
    page.reload()
    expect(page.locator("[name=a-issues-2-issue]")).to_have_count(0)
    press(page, "Masukkan ke formulir")
    expect(page.locator("[name=a-issues-2-issue]")).to_have_value("Isu ketiga")


def test_two_devices_both_texts(site, open_page, look):
    people = team(site)
    phone, computer = open_page(width=320), open_page(width=1280)
    for page in (phone, computer):
        people.sign_in(page, "participant")
        page.goto(people.url("steps/issue/"))
    computer.locator("[name=a-causes]").fill("Dari komputer")
    press(computer, "Simpan konsep")
    expect(computer.get_by_role("status").first).to_contain_text("Tersimpan pukul")
    phone.locator("[name=a-causes]").fill("Dari ponsel")
    press(phone, "Simpan konsep")
    expect(phone.locator(".difference")).to_contain_text("Dari komputer")
    expect(phone.locator(".difference")).to_contain_text("Dari ponsel")
    look(phone)
    phone.get_by_label("Keduanya, berurutan").check()
    press(phone, "Simpan pilihan saya")
    expect(phone.locator("[name=a-causes]")).to_have_value("Dari komputer\n\nDari ponsel")


@pytest.mark.parametrize("javascript", [False, True], ids=["without", "with"])
def test_a_session_that_ended_loses_nothing(site, open_page, look, javascript):
    people = team(site)
    page = open_page(width=320, javascript=javascript)
    people.sign_in(page, "participant")
    page.goto(people.url("steps/issue/"))
    page.locator("[name=a-causes]").fill("Antrean panjang sejak subuh")
    page.context.clear_cookies(name="sessionid")
    press(page, "Simpan konsep")
    page.wait_for_url("**/accounts/login/**")
    people.sign_in(page, "participant")
    expect(page.locator("[name=a-causes]")).to_have_value("Antrean panjang sejak subuh")
    look(page)
    press(page, "Simpan konsep")
    page.wait_for_url(people.url("steps/issue/"))
    expect(page.locator("[name=a-causes]")).to_have_value("Antrean panjang sejak subuh")


@pytest.mark.parametrize("leaves_at_once", [True, False], ids=["leaves", "waits"])
def test_what_is_written_after_the_session_ended_is_kept_too(site, open_page, leaves_at_once):
    people = team(site)
    page = open_page(width=320)
    people.sign_in(page, "participant")
    page.clock.install()
    page.goto(people.url("steps/issue/"))
    page.locator("[name=a-causes]").fill("Antrean panjang")
    page.context.clear_cookies(name="sessionid")
    page.clock.run_for(16_000)
    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda sudah berakhir")
    page.locator("[name=a-causes]").fill("Antrean panjang sejak subuh")
    if not leaves_at_once:
        page.clock.run_for(16_000)
        # What a device that is switched off leaves is what was kept by then.
        page.evaluate("window.addEventListener('pagehide', stop => stop.stopImmediatePropagation(), true)")
    page.goto(f"{site.url}/id/")
    people.sign_in(page, "participant")
    page.goto(people.url("steps/issue/"))
    expect(page.locator("[name=a-causes]")).not_to_have_value("Antrean panjang sejak subuh")
    press(page, "Masukkan ke formulir")
    expect(page.locator("[name=a-causes]")).to_have_value("Antrean panjang sejak subuh")


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_a_review_in_both_languages(site, open_page, look, width):
    people = team(site, "design-review")
    for role, paths in (
        (
            "coach",
            ("", "steps/design/", "moves/approve-design/", "moves/return-design/", "moves/confirm-final/"),
        ),
        ("participant", ("", "steps/design/", "steps/idea/", "moves/submit-report/")),
    ):
        page = open_page(width=width)
        people.sign_in(page, role)
        for language in ("id", "en"):
            for path in paths:
                page.goto(people.url(path, language))
                look(page)
            for path in ("", "start/"):
                page.goto(f"{site.url}/{language}/training/{path}")
                look(page)
