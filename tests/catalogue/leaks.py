"""Records that nobody may see, each hidden in another way, with words that would show."""

from __future__ import annotations

from datetime import date

from catalogue.models import InnovationPage
from tests import factories

CANARY = "burungkenari"
"""A word that only hidden records have."""


def hidden_records() -> list[InnovationPage]:
    """A draft, one that was live, an expired one, two below private pages."""
    unpublished = factories.innovation(f"{CANARY} ditarik", revision=True)
    unpublished.unpublish()
    expired = factories.innovation(f"{CANARY} kedaluwarsa", revision=True)
    expired.expired = True
    expired.unpublish()
    section = factories.section(f"{CANARY} ruang", private=True)
    restricted = factories.innovation(f"{CANARY} dibatasi")
    factories.restrict(restricted)
    return [
        factories.innovation(f"{CANARY} konsep", state="draft", revision=True),
        unpublished,
        expired,
        factories.innovation(f"{CANARY} di ruang terbatas", parent=section, agency="gov-11"),
        restricted,
    ]


def public_with_hidden_parts() -> InnovationPage:
    """A public record whose translation is a draft, which an alias repeats and a hidden record copies."""
    page = factories.innovation("Terbuka untuk semua", revision=True)
    factories.translation(page, f"{CANARY} draft translation", state="draft")
    page.create_alias(parent=factories.section("Pilihan", private=False))
    copy = factories.innovation(f"{CANARY} penyalin", state="draft")
    factories.replication(copy, page, date=date(2022, 1, 1), changes=f"{CANARY} rahasia")
    return page
