"""The workspace of everybody who takes part in a project, under /{language}/training/."""

from __future__ import annotations

from django.urls import path

from training.views import (
    certificates,
    dossiers,
    follow_ups,
    home,
    invitations,
    moves,
    project,
    standing,
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
    path("invitations/<uuid:key>/", invitations.invitation, name="invitation"),
    path("projects/<uuid:key>/standing/", standing.show, name="standing"),
    path("projects/<uuid:key>/dossier/", dossiers.dossier, name="dossier"),
    path("projects/<uuid:key>/follow-up/<int:months>/", follow_ups.show, name="follow-up"),
]
