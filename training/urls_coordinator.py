"""Coordinators' pages, below /{language}/training/batches/."""

from __future__ import annotations

from django.urls import path

from training.views import (
    actions,
    batch_results,
    batches,
    enrolment,
    identities,
    people,
    slot,
    slots,
    standing,
)

app_name = "training_batches"

urlpatterns = [
    path("", batches.mine, name="mine"),
    path("<uuid:key>/", batches.board, name="board"),
    path("<uuid:key>/enrol/", enrolment.one, name="enrol"),
    path("<uuid:key>/enrol/template.xlsx", enrolment.template, name="template"),
    path("<uuid:key>/enrol/list/", enrolment.upload, name="upload"),
    path("<uuid:key>/enrol/list/<uuid:file>/", enrolment.from_list, name="list"),
    path("<uuid:key>/recap.xlsx", batches.download, name="recap"),
    path("<uuid:key>/begin/", actions.begin, name="begin"),
    path("<uuid:key>/remind/", actions.remind, name="remind"),
    path("<uuid:key>/examiners/", actions.examining, name="examiners"),
    path("<uuid:key>/examiners/share/", actions.share, name="share"),
    path("<uuid:key>/examiners/<int:examiner>/give-up/", actions.give_up, name="give-up"),
    path("<uuid:key>/seminars/", slots.overview, name="seminars"),
    path("<uuid:key>/seminars/new/", slots.new, name="seminar-new"),
    path("<uuid:key>/seminars/share/", slots.share, name="seminar-share"),
    path("<uuid:key>/seminars/rooms/", slots.rooms, name="seminar-rooms"),
    path("<uuid:key>/seminars/<uuid:seminar>/", slot.show, name="seminar"),
    path("<uuid:key>/seminars/<uuid:seminar>/<slug:what>/", slot.change, name="seminar-change"),
    path("<uuid:key>/results/", batch_results.overview, name="results"),
    path("<uuid:key>/results/lock/", batch_results.lock_all, name="lock-all"),
    path("<uuid:key>/results/<uuid:project>/", batch_results.show, name="result"),
    path("<uuid:key>/results/<uuid:project>/<slug:what>/", batch_results.change, name="change-result"),
    path("<uuid:key>/severity/", batch_results.severity, name="severity"),
    path("<uuid:key>/search/", batches.search, name="search"),
    path("<uuid:key>/people/<uuid:project>/take-out/", standing.remove, name="remove"),
    path("<uuid:key>/people/<uuid:project>/nip/", identities.show_nip, name="show-nip"),
    path("<uuid:key>/people/<uuid:project>/", people.show, name="person"),
    path("<uuid:key>/people/<uuid:project>/<slug:what>/", people.change, name="change"),
]
