"""The result of a query as a file or a feed, beside the search page and with the same query."""

from __future__ import annotations

from django.urls import path

from catalogue import feeds
from catalogue.exports import views

app_name = "data_query"

urlpatterns = [
    path("export.csv", views.export_csv, name="csv"),
    path("export.xlsx", views.export_xlsx, name="xlsx"),
    path("export.jsonl", views.export_jsonl, name="jsonl"),
    path("feed.atom", feeds.feed, name="feed"),
]
