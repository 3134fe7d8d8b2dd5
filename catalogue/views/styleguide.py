"""/styleguide/: every component in every state it must survive, for staff and on demonstration sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from catalogue.family import Relative
from catalogue.presentation import Card, Change
from catalogue.views.record import Section
from catalogue.views.record_outcomes import OutcomeRow
from search import panels

LONG = "Pertanggungjawabanketidaksinambunganpelayanankependudukandanpencatatansipil"
RTL = "مركز الابتكار في القطاع العام"
TODAY = date(2026, 1, 1)


class _Question(forms.Form):
    """Fields as the contact form has them, sent empty so that their errors show."""

    name = forms.CharField(label="Nama", help_text="Nama lengkap dan unit kerja")
    address = forms.EmailField(label="Surel")
    words = forms.CharField(label="Pesan", widget=forms.Textarea)
    kind = forms.ChoiceField(label="Perihal", choices=[("a", "Koreksi catatan"), ("b", LONG)])
    agree = forms.BooleanField(label="Saya setuju", required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Raises ``Http404`` for visitors of a site that is no demonstration."""
    if not (settings.DEMO or request.user.is_staff):
        raise Http404
    context = {
        "cards": _cards(),
        "groups": _groups(),
        "pages": panels.pagination(7, 20, 36_000, lambda number: f"?page={number}"),
        "outcomes": _outcomes(),
        "steps": _steps(),
        "family": _family(),
        "today": TODAY,
        "section": Section("contoh", "Masalah", f"Dua paragraf.\n\n{LONG} {LONG}", "id"),
        "rows": [
            {"label": "Kesehatan", "count": 812, "url": "#"},
            {"label": LONG, "count": 36_000, "url": "#"},
            {"label": RTL, "count": 1, "url": "#"},
        ],
        "chips": [
            ("Sektor", "Kesehatan"),
            ("Instansi", LONG),
            ("Instansi", RTL),
            ("Tahun mulai", "2019–2022"),
        ],
        "empty_form": _Question(auto_id="empty_%s"),
        "wrong_form": _Question({"address": "bukan surel"}, auto_id="wrong_%s"),
        "crumbs": [{"title": "Inovasi", "url": "#"}, {"title": LONG, "url": "#"}, {"title": RTL, "url": ""}],
        "histogram": _histogram(),
    }
    return render(request, "pages/catalogue/styleguide.html", context)


def _cards() -> list[Card]:
    full = Card(
        key="1",
        url="#",
        title=SafeString("Antrean <mark>daring</mark> untuk puskesmas"),
        summary=SafeString("Warga mengambil nomor dari rumah; loket membaca <mark>antrean</mark> yang sama."),
        lang="",
        title_lang="",
        sector="Kesehatan",
        matched="cocok pada: masalah",
        facts=("Pemerintah Kota Contoh", "Jawa Timur", "Penerapan", "sejak 2019"),
        status="Berlanjut, dikonfirmasi Agustus 2026",
        alive=True,
        change=Change("Waktu tunggu", 100, 19, "142", "27 menit"),
        badges=(("good", "direplikasi 6 kali"), ("", "digital"), ("warm", "contoh buatan")),
    )
    bare = replace(
        full, sector="", matched="", facts=(), status="", change=None, badges=(), summary=SafeString("")
    )
    worse = Change(LONG, 40, 100, "4", "10 pengaduan", worse=True)
    long = replace(
        full, title=SafeString(LONG), facts=(LONG, LONG), summary=SafeString(LONG * 3), change=worse
    )
    right = replace(
        full, title=SafeString(RTL), facts=(RTL, "Kairo"), summary=SafeString(RTL), title_lang="ar"
    )
    return [full, replace(bare, title=SafeString("Catatan dengan judul saja")), long, right]


def _groups() -> list[panels.Group]:
    values = (
        panels.Option("a", "Kesehatan", 812, True),
        panels.Option("b", LONG, 41, False),
        panels.Option("c", RTL, 7, False, 1),
        panels.Option("d", "Tanpa hasil", 0, True, 2),
    )
    years = panels.Group(
        "year",
        "Tahun mulai",
        unfolded=True,
        histogram=_histogram(),
        bounds=panels.Bounds("year_from", "year_to", 2019, None),
    )
    return [
        panels.Group("sector", "Sektor", values, chosen=2, unfolded=True, more="#"),
        panels.Group("stage", LONG, values[:1]),
        years,
    ]


def _histogram() -> panels.Histogram:
    bars = "".join(
        f"M{place * 10} 50v-{height}h9v{height}z" for place, height in enumerate((9, 13, 26, 48, 30))
    )
    return panels.Histogram(100, bars, "M50 50v-20h9v20zM70 50v-8h9v8z", "Catatan menurut tahun, 2016–2025")


def _outcomes() -> list[OutcomeRow]:
    good = Change("Waktu tunggu", 100, 19, "142", "27 menit")
    row = OutcomeRow("Waktu tunggu", "", "142 menit", "27 menit", "30 menit", "2022", "", "Survei 2022", good)
    blank = replace(row, name="Belum diukur", before="", after="", target="", year="", evidence="", bars=None)
    worse = Change(LONG, 30, 100, "3", "10", worse=True)
    return [row, blank, replace(row, name=LONG, evidence=LONG, bars=worse)]


def _steps() -> list[dict[str, Any]]:
    return [
        {"title": "Uji coba di dua desa", "date": date(2024, 3, 1), "note": "Dengan 40 kader."},
        {"title": LONG, "date": date(2027, 1, 1), "note": LONG},
        {"title": RTL, "date": None, "note": ""},
    ]


def _family() -> list[Relative]:
    none, one, two = range(0), range(1), range(2)
    return [
        Relative("Asal", "#", "Pemerintah Kota Contoh", "2019", False, True, False, none),
        Relative("Salinan pertama", "#", LONG, "2020", True, True, False, none),
        Relative("Salinan dari salinan", "#", RTL, "2021", False, True, True, one),
        Relative("Salinan kedua", "#", "Pemerintah Kabupaten Contoh", "", False, False, True, two[:1]),
    ]
