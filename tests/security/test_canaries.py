"""Words that nobody may read are found nowhere: not in the index, its terms and files, in logs or pages."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from wagtail.models import Page

from catalogue.documents import public_pages, public_records
from catalogue.models import InnovationPage
from search.engines import get_index
from tests import cluster, factories
from tests.catalogue.invented import SEED, SIZE, demo
from tests.faults.conftest import faults, hosts, read_seconds, start_site
from tests.faults.site import ClusterSite
from tests.security import canaries, dumps
from tests.security.told import PRIVATE, PUBLIC, undecided

__all__ = ["faults", "hosts", "read_seconds", "start_site"]

EMPLOYEE_NUMBER = re.compile(r"(?<!\d)(19|20)\d{6}(19|20)\d{4}[12]\d{3}(?!\d)")
"""NIP: birth date, month of appointment, sex, serial number (18 digits)."""
DRAFTABLE = (
    "catalogue.InnovationPage",
    *("catalogue.Outcome", "catalogue.Milestone", "catalogue.Resource", "catalogue.Actor"),
    *("catalogue.AwardReceived", "catalogue.Evidence", "catalogue.StatusEntry", "catalogue.Replication"),
    *("catalogue.Tag", "home.StandardPage", "home.NewsPage", "home.EventPage", "wagtaildocs.Document"),
)
"""What may be public, and is not as long as it or its record is hidden."""


def test_every_text_field_is_public_or_private_by_decision():
    assert undecided() == set()


@pytest.fixture
def log() -> Iterator[dumps.Log]:
    """Every logger says all it has to say, but those that settings keep quiet.

    Of the cluster's client even whole requests: their logger hands nothing on, so it is listened to itself.
    """
    log, root, requests = dumps.Log(), logging.getLogger(), logging.getLogger("elastic_transport.node")
    chatty = [root, logging.getLogger("elastic_transport"), requests]
    levels = [logger.level for logger in chatty]
    for logger in chatty:
        logger.setLevel(logging.DEBUG)
    for logger in (root, requests):
        logger.addHandler(log)
    yield log
    for logger in (root, requests):
        logger.removeHandler(log)
    for logger, level in zip(chatty, levels, strict=True):
        logger.setLevel(level)


def everything(site: ClusterSite, log: dumps.Log, copy: Path, step: int = 1) -> dumps.Told:
    """Every place; of the pages of single records every ``step``-th."""
    pages = [page.url for page in public_pages()][::step]
    keys = [str(page.translation_key) for page in public_records()][::step]
    yield from dumps.of_rows()
    yield from dumps.of_files(copy, "file of the copy")
    yield from dumps.of_site(site.client, pages, keys)
    yield from dumps.of_cluster(get_index("elasticsearch"))
    yield from log.told()


@pytest.mark.elasticsearch
@pytest.mark.django_db
class TestCanaries:
    @pytest.fixture
    def words(self) -> tuple[str, str]:
        """One that nobody may read, and one that everybody may."""
        return canaries.new_word("qz"), canaries.new_word("wq")

    @pytest.fixture
    def hidden(self, log, words) -> list[InnovationPage]:
        canary, witness = words
        return canaries.plant(canary, canaries.public_record(witness))

    @pytest.fixture
    def site(self, hidden, start_site) -> ClusterSite:
        site = start_site()
        with cluster.client() as server:
            index = get_index("elasticsearch").indices.alias
            server.indices.put_settings(index=index, settings=dumps.SLOW_LOGS)
        return site

    def test_one_is_planted_in_every_field_and_none_is_found_anywhere(
        self, site, hidden, words, log, tmp_path
    ):
        canary, witness = words
        labels = {**PRIVATE, **{label: PUBLIC[label] for label in DRAFTABLE}}
        lacking = [name for label, names in labels.items() for name in canaries.missing(label, names, canary)]
        assert lacking == []
        self.live_on(site, hidden, canary)
        seen: dict[str, str] = {}
        for place, text in everything(site, log, tmp_path / "copy"):
            for found in (canary, canaries.ADDRESS):
                assert found not in text.lower(), (place, _around(text, found))
            assert not EMPLOYEE_NUMBER.search(text) or place.startswith("file"), place
            seen[place] = seen.get(place, "") + text.lower()
        shows = {place for place, text in seen.items() if witness in text}
        self.assert_the_search_sees(shows)
        self.assert_no_search_finds_it(site, canary, witness)

    def live_on(self, site: ClusterSite, hidden: list[InnovationPage], canary: str) -> None:
        """What happens to records: edits, a withdrawal, a deletion, followed by both indexes."""
        for page in (InnovationPage.objects.get(pk=found.pk) for found in hidden[:2]):
            page.save_revision()
        withdrawn = factories.innovation("Sebentar saja")
        restricted = factories.innovation("Sebentar terbuka")
        site.follow()
        withdrawn.unpublish()
        factories.restrict(restricted)
        for page in (withdrawn, restricted):
            found = InnovationPage.objects.get(pk=page.pk)
            found.summary = found.title = canary
            found.save_revision() if found.live else found.save()
        Page.objects.get(pk=hidden[-1].pk).delete()
        for page in InnovationPage.objects.filter(live=True):
            page.save()
        site.follow()
        site.assert_truth()

    def assert_the_search_sees(self, shows: set[str]) -> None:
        """The control is in every kind of place, so what is searched there would be found."""
        wanted = {
            "_source of", "terms of exact_", "terms of all_", "terms of words", "terms of facet_tag",
            "file of the index", "log of the server", "file of the copy", "our logs", "/id/search/export.csv",
            "/id/search/export.xlsx", "/id/search/export.jsonl", "/id/search/feed.atom",
            "/api/v1/innovations/", "/id/inovasi/", "/en/innovations/",
        }  # fmt: skip
        assert {kind for kind in wanted if not any(place.startswith(kind) for place in shows)} == set()

    def assert_no_search_finds_it(self, site: ClusterSite, canary: str, witness: str) -> None:
        """Nor is it offered as another spelling or the end of a word."""
        for _engine in ("cluster", "copy"):
            for word, hits in ((canary, 0), (witness, 1)):
                found = site.get("/api/v1/innovations", q=word).json()
                assert (found["total"], found["suggestion"]) == (hits, None)
                near = site.get("/api/v1/innovations", q=f"{word[:-1]}s").json()
                assert near["suggestion"] == (word if hits else None)
                groups = site.get("/id/search/suggest/", q=word[:6]).json()["groups"]
                assert bool(groups) == bool(hits)
            site.engine.breaker.seconds = 3_600.0
            site.faults.fault = "503"


@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_no_number_of_an_employee_is_in_the_demonstration(start_site, log, tmp_path):
    demo(size=SIZE, seed=SEED)
    site = start_site()
    for place, text in everything(site, log, tmp_path / "copy", step=20):
        if not place.startswith("file"):
            found = EMPLOYEE_NUMBER.search(text)
            assert found is None, (place, _around(text, found[0]) if found else "")


def _around(text: str, word: str) -> str:
    at = text.lower().find(word)
    return text[max(0, at - 200) : at + 100]
