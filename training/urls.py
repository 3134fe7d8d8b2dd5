"""The workspace of everybody who takes part in a project, under /{language}/training/."""

from __future__ import annotations

from django.urls import path

from training.views import (
    certificates,
    discussions,
    home,
    invitations,
    learning,
    moderation,
    moves,
    peers,
    project,
    steps,
    team,
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
    # Discussions, team, peers, open learning
    path("projects/<uuid:key>/discussion/", discussions.of_project, name="project-discussion"),
    path("batches/<uuid:key>/discussion/", discussions.of_batch, name="batch-discussion"),
    path("discussions/<uuid:key>/", discussions.thread, name="thread"),
    path("discussions/<uuid:key>/lock/", moderation.lock, name="lock"),
    path("messages/<uuid:key>/", discussions.find, name="message"),
    path("messages/<uuid:key>/edit/", moderation.edit, name="message-edit"),
    path("messages/<uuid:key>/report/", moderation.report, name="message-report"),
    path("messages/<uuid:key>/hide/", moderation.hide, name="message-hide"),
    path("messages/<uuid:key>/settle/", moderation.settle, name="message-settle"),
    path("projects/<uuid:key>/team/", team.page, name="team"),
    path("projects/<uuid:key>/team/leave/", team.leave, name="team-leave"),
    path("projects/<uuid:key>/team/<int:member>/", team.change, name="team-change"),
    path("team/<uuid:key>/", team.invitation, name="team-invitation"),
    path("projects/<uuid:key>/peers/", peers.of_project, name="peers"),
    path("projects/<uuid:key>/peers/<int:review>/", peers.answer, name="peers-answer"),
    path("peers/", peers.mine, name="asked"),
    path("peers/<uuid:key>/", peers.review, name="peer-review"),
    path("batches/<uuid:key>/peers/", peers.of_batch, name="batch-peers"),
    path("open/", learning.programmes, name="open"),
    path("open/<slug:code>/", learning.programme, name="open-programme"),
    path("open/<slug:code>/join/", learning.join, name="join"),
    path("open/<slug:version>/<slug:code>/", learning.session, name="session"),
    path("open/<slug:version>/<slug:code>/mark/", learning.mark, name="session-mark"),
    path("open/<slug:version>/<slug:code>/discussion/", discussions.of_session, name="session-discussion"),
]
