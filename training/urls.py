"""The workspace of everybody who takes part in a project, under /{language}/training/."""

from __future__ import annotations

from django.urls import path

from training.views import (
    appeals,
    certificates,
    consultations,
    home,
    invitations,
    moves,
    project,
    score_forms,
    score_settling,
    scores,
    seminars,
    steps,
)

app_name = "training"

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("notices/", home.read, name="read"),
    path("projects/<uuid:key>/", project.project, name="project"),
    path("projects/<uuid:key>/steps/<slug:code>/", steps.step, name="step"),
    path("projects/<uuid:key>/steps/<slug:code>/draft/", steps.draft, name="draft"),
    path("projects/<uuid:key>/moves/<slug:code>/", moves.move, name="move"),
    path("projects/<uuid:key>/certificate.pdf", certificates.download, name="certificate"),
    path("projects/<uuid:key>/scores/", scores.show, name="scores"),
    path("projects/<uuid:key>/scores/<slug:occasion>/", score_forms.form, name="score"),
    path("projects/<uuid:key>/scores/<slug:occasion>/settle/", score_settling.settle, name="settle"),
    path("projects/<uuid:key>/scores/<slug:occasion>/confirm/", score_settling.confirm, name="confirm"),
    path("projects/<uuid:key>/scores/<slug:occasion>/minutes.pdf", scores.minutes, name="minutes"),
    path("projects/<uuid:key>/appeal/", appeals.appeal, name="appeal"),
    path("invitations/<uuid:key>/", invitations.invitation, name="invitation"),
    path("projects/<uuid:key>/consultations/", consultations.log, name="consultations"),
    path(
        "projects/<uuid:key>/consultations/sheet/<slug:role>/", consultations.sheet, name="consultation-sheet"
    ),
    path("projects/<uuid:key>/consultations/<uuid:entry>/", consultations.entry, name="consultation"),
    path("projects/<uuid:key>/seminars/", seminars.attended, name="seminars"),
    path("projects/<uuid:key>/seminars/<uuid:seminar>/consent/", seminars.consent, name="seminar-consent"),
    path("projects/<uuid:key>/seminars/<uuid:seminar>.ics", seminars.calendar_file, name="seminar-calendar"),
]
