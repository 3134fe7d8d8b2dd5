"""Overviews, below /{language}/training/dashboard/."""

from __future__ import annotations

from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("projects/", views.projects, name="projects"),
    path("figures.csv", views.sheet, {"kind": "csv"}, name="csv"),
    path("figures.xlsx", views.sheet, {"kind": "xlsx"}, name="xlsx"),
]
