"""Labels in memory: current at once, one query a request, and merges followed."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started
from django.db import transaction

from catalogue.models import Agency, Tag, Term
from catalogue.vocabulary import snapshot
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_rename_shows_at_once() -> None:
    factories.baseline()
    assert (
        snapshot().terms["sector"].label("health", "en")
        == Term.objects.get(scheme="sector", code="health").label_en
    )
    term = Term.objects.get(scheme="sector", code="health")
    term.label_en = "Health and care"
    term.save()
    assert snapshot().terms["sector"].label("health", "en") == "Health and care"


def test_a_change_that_was_rolled_back_does_not_stay() -> None:
    factories.baseline()
    before = snapshot().terms["sector"].label("health", "id")
    with transaction.atomic():
        term = Term.objects.get(scheme="sector", code="health")
        term.label_id = "Batal"
        term.save()
        assert snapshot().terms["sector"].label("health", "id") == "Batal"
        transaction.set_rollback(True)
    other = Term.objects.get(scheme="sector", code="education")
    other.save()
    assert snapshot().terms["sector"].label("health", "id") == before


def test_a_request_asks_the_database_once(django_assert_num_queries) -> None:
    factories.baseline()
    snapshot()
    request_started.send(sender=object)
    try:
        with django_assert_num_queries(1):
            for _time in range(5):
                snapshot()
    finally:
        request_finished.send(sender=object)


def test_the_agency_tree_begins_with_the_level() -> None:
    factories.agency("gov-35.10-dinas-contoh", parent="gov-35.10")
    agencies = snapshot().agencies
    assert agencies.ancestors("gov-35.10-dinas-contoh") == ("level-regency", "gov-35.10")
    assert "level-regency" in agencies.roots()
    assert snapshot().agency_regions["gov-35.10-dinas-contoh"] == "35.10"


def test_a_merged_code_counts_as_its_heir_and_a_retired_one_stays_valid() -> None:
    old, new = factories.agency("lama"), factories.agency("baru")
    Agency.objects.get(pk=old.pk)
    old.merged_into = new
    old.save()
    agencies = snapshot().agencies
    assert agencies.resolve("lama") == "baru"
    assert "lama" not in set(agencies.matching("lama", "id"))
    factories.tag("usang", valid_to=2020)
    assert snapshot().tags.resolve("usang") == "usang"


def test_codes_are_found_in_any_case_and_unknown_ones_are_not() -> None:
    factories.baseline()
    regions = snapshot().regions
    assert regions.resolve("id") == "ID"
    assert regions.resolve("99.99") is None


def test_search_inside_matches_any_word_of_label_and_synonym() -> None:
    factories.baseline()
    regions = snapshot().regions
    assert "35.10" in set(regions.matching("banyu", "id"))
    assert "35" in set(regions.matching("jatim", "en"))
    assert set(regions.matching("banyu jatim", "id")) == set()


def test_a_tag_s_code_is_its_slug() -> None:
    tag = factories.tag("jemput-pagi", name="jemput pagi", label_en="morning pick-up")
    assert snapshot().tags.label("jemput-pagi", "en") == tag.label("en") == "morning pick-up"
    assert Tag.objects.get(slug="jemput-pagi").code == "jemput-pagi"
