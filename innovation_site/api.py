"""The public API: every application's routers under one versioned address."""

from __future__ import annotations

from catalogue.api import agencies, innovations, vocabularies
from catalogue.api.service import CatalogueAPI

api = CatalogueAPI(
    title="Catalogue of Public Sector Innovations",
    version="1",
    description=(
        "Open data of the catalogue. Reading needs no account; an address may make a limited number of "
        "requests a minute. Answers carry an ETag. Errors are application/problem+json and name the "
        "parameter at fault."
    ),
    urls_namespace="api-1",
)
for module in (innovations, agencies, vocabularies):
    api.add_router("", module.router)
