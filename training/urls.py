"""The workspace of everybody who takes part in a project, under /{language}/training/."""

from __future__ import annotations

from django.urls import path

from training.views import (
    appeals,
    calendar,
    certificates,
    consultations,
    documents,
    dossiers,
    files,
    follow_ups,
    home,
    invitations,
    logbook,
    logbook_talk,
    moves,
    notices,
    offline,
    project,
    score_forms,
    score_settling,
    scores,
    seminars,
    standing,
    steps,
)

app_name = "training"

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("notices/", notices.notices, name="read"),
    path("preferences/", notices.preference, name="preferences"),
    path("preferences/calendar/", notices.calendar_address, name="calendar-address"),
    path("calendar/<str:token>.ics", calendar.calendar, name="calendar"),
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
    path("logbooks/", logbook_talk.mine, name="logbooks"),
    path("projects/<uuid:key>/logbook/", logbook.show, name="logbook"),
    path("projects/<uuid:key>/logbook/new/", logbook.new, name="log-new"),
    path("projects/<uuid:key>/logbook/print/", logbook.printed, name="log-print"),
    path("projects/<uuid:key>/logbook/reasons/", logbook_talk.reasons, name="log-reasons"),
    path("projects/<uuid:key>/logbook/<uuid:entry>/", logbook.change, name="log-change"),
    path("projects/<uuid:key>/logbook/<uuid:entry>/confirm/", logbook_talk.confirm, name="log-confirm"),
    path("projects/<uuid:key>/logbook/<uuid:entry>/remark/", logbook_talk.remark, name="log-remark"),
    path("projects/<uuid:key>/files/", files.listed, name="files"),
    path("projects/<uuid:key>/files/<uuid:file>/", files.download, name="file"),
    path("projects/<uuid:key>/files/<uuid:file>/remove/", files.remove, name="file-remove"),
    path("projects/<uuid:key>/documents/<uuid:document>.pdf", documents.download, name="document"),
    path("projects/<uuid:key>/offline/", offline.offline, name="offline"),
    path("projects/<uuid:key>/offline/form.docx", offline.download, name="offline-form"),
    path("invitations/<uuid:key>/", invitations.invitation, name="invitation"),
    path("projects/<uuid:key>/consultations/", consultations.log, name="consultations"),
    path(
        "projects/<uuid:key>/consultations/sheet/<slug:role>/", consultations.sheet, name="consultation-sheet"
    ),
    path("projects/<uuid:key>/consultations/<uuid:entry>/", consultations.entry, name="consultation"),
    path("projects/<uuid:key>/seminars/", seminars.attended, name="seminars"),
    path("projects/<uuid:key>/seminars/<uuid:seminar>/consent/", seminars.consent, name="seminar-consent"),
    path("projects/<uuid:key>/seminars/<uuid:seminar>.ics", seminars.calendar_file, name="seminar-calendar"),
    path("projects/<uuid:key>/standing/", standing.show, name="standing"),
    path("projects/<uuid:key>/dossier/", dossiers.dossier, name="dossier"),
    path("projects/<uuid:key>/follow-up/<int:months>/", follow_ups.show, name="follow-up"),
]
