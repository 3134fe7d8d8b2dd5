"""Invented records made by two processes at once: in a file of its own, where no transaction stays open."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from catalogue.demo import loading
from catalogue.demo.synthetic import GROUP
from tests.catalogue.invented import SEED, SIZE, content, demo


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_what_one_makes(monkeypatch):
    """On SQLite the tests' database lives in memory, where no other process sees it."""
    monkeypatch.setattr(loading, "CHUNK", GROUP)
    demo(size=SIZE, seed=SEED)
    together = content()
    demo(remove=True)
    monkeypatch.setattr(loading, "PROCESSES", SIZE)
    demo(size=SIZE, seed=SEED)
    assert content() == together
    assert all(found == [] for found in Page.find_problems())
