"""Addresses of open data for machines, outside of any language."""

from __future__ import annotations

from django.urls import path

from catalogue import open_data, sitemaps

app_name = "data"

urlpatterns = [
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:part>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("catalog.jsonld", open_data.catalog, name="catalog"),
    path("opensearch.xml", open_data.opensearch, name="opensearch"),
]
