"""The workspace of everybody who takes part in a project, under /{language}/training/."""

from __future__ import annotations

from django.urls import path

from training.views import certificates, home, invitations, moves, project, steps

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
]
