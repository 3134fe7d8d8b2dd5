"""Coordinators' pages, below /{language}/training/batches/."""

from __future__ import annotations

from django.urls import path

from training.views import batches, enrolment

app_name = "training_batches"

urlpatterns = [
    path("", batches.mine, name="mine"),
    path("<uuid:key>/", batches.board, name="board"),
    path("<uuid:key>/enrol/", enrolment.one, name="enrol"),
    path("<uuid:key>/enrol/template.xlsx", enrolment.template, name="template"),
    path("<uuid:key>/enrol/list/", enrolment.upload, name="upload"),
    path("<uuid:key>/enrol/list/<uuid:file>/", enrolment.from_list, name="list"),
]
