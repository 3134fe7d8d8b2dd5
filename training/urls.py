"""The workspace of everybody who takes part in a project, under /{language}/training/."""

from __future__ import annotations

from django.urls import path

from training.views import (
    calendar,
    certificates,
    documents,
    home,
    invitations,
    moves,
    notices,
    offline,
    project,
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
    path("projects/<uuid:key>/documents/<uuid:document>.pdf", documents.download, name="document"),
    path("projects/<uuid:key>/offline/", offline.offline, name="offline"),
    path("projects/<uuid:key>/offline/form.docx", offline.download, name="offline-form"),
    path("invitations/<uuid:key>/", invitations.invitation, name="invitation"),
]
