"""Agencies and where they are, by the catalogue's vocabularies."""

from __future__ import annotations

from catalogue.vocabulary import snapshot


def province_of(agency: int | None) -> str:
    """The code of the province, or of the country, where the agency with this key is; empty when unknown."""
    labels = snapshot()
    code = labels.agency_regions.get(labels.agencies.codes.get(agency or 0, ""), "")
    return code.partition(".")[0]


def agencies_in(province: str) -> list[int]:
    """Keys of the agencies there, or of those without a region where ``province`` is empty."""
    return [key for key in snapshot().agencies.codes if province_of(key) == province]


def agencies_called(code: str) -> list[int]:
    """Keys of the agency with this code and of those that were merged into it."""
    return [key for key, current in snapshot().agencies.codes.items() if current == code]
