"""Invented records: the same for a seed, plausible, labelled, found by the index, and gone when removed."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from catalogue.demo.synthetic import DRAFT, GROUP, ORIGIN, PRIVATE, SOURCE, key_of
from catalogue.demo.themes import themes, words
from catalogue.documents import InnovationSource, public_records
from catalogue.management.commands import demo as demo_command
from catalogue.models import (
    InnovationPage,
    InnovationSectionPage,
    Outcome,
    Replication,
    StatusEntry,
    Tag,
    TaggedInnovation,
)
from catalogue.seeds.files import rows as lines
from catalogue.services import admin_indexes
from catalogue.services.admin_indexes import fill_later, references_filling, search_filling
from search.engines import get_engine
from search.models import RecordVersion
from search.worker.tasks import TasksJob
from tests import factories
from tests.catalogue.invented import SEED, SIZE, content, demo, sources
from tests.search import sample_tasks


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    """Loaded once for this module, inside a transaction that is rolled back after its last test."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        # The admin's indexes take most of the time, as they do in life; one test fills them.
        patch.setattr(f"{demo_command.__name__}.fill_later", lambda: None)
        factories.innovation("Catatan penyunting")
        demo(size=SIZE, seed=SEED)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(loaded_once, db):
    """Each test changes its own copy."""


def record(number: int) -> InnovationPage:
    return sources().get(translation_key=key_of(SEED, number))


def indexed() -> list[str]:
    found = get_engine().keys()
    return [key for key, _version in found]


def test_the_same_seed_makes_the_same_records_in_one_go_or_in_two(loaded):
    first = content()
    assert len(first) == SIZE
    demo(remove=True)
    assert content() == []
    demo(size=90, seed=SEED)
    demo(size=SIZE, seed=SEED)
    assert content() == first
    assert Replication.objects.count() == 2 * SIZE // GROUP


def test_a_second_run_writes_nothing(loaded):
    with CaptureQueriesContext(connection) as captured:
        assert "all there" in demo(size=SIZE, seed=SEED)
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []


def test_a_smaller_size_takes_nothing_away(loaded):
    demo(size=10, seed=SEED)
    assert sources().count() == SIZE


def test_another_seed_waits_until_the_first_is_removed(loaded):
    with pytest.raises(CommandError, match="another seed"):
        demo(size=10, seed=SEED + 1)
    demo(remove=True)
    demo(size=10, seed=SEED + 1)
    assert sources().count() == 10
    assert not sources().filter(translation_key=key_of(SEED, 0)).exists()


@pytest.mark.parametrize("options", [{}, {"size": -1}, {"size": 5, "remove": True}])
def test_the_command_asks_for_one_thing(db, options):
    with pytest.raises(CommandError, match="either"):
        demo(**options)


def test_every_page_is_valid_and_the_tree_sound(loaded):
    for page in InnovationPage.objects.all():
        page.full_clean()
    assert all(found == [] for found in Page.find_problems())
    assert Page.objects.count() == Page.objects.values("path").distinct().count()


def test_every_record_says_that_it_is_invented(loaded):
    assert set(sources().values_list("source", flat=True)) == {SOURCE}
    assert set(sources().values_list("source_url", flat=True)) == {""}


def test_drafts_and_private_records_are_not_public(loaded):
    drafts = [number for number in range(SIZE) if number % 100 == DRAFT]
    private = [number for number in range(SIZE) if number % 100 == PRIVATE]
    for number in (*drafts, *private):
        page = record(number)
        assert not public_records().filter(pk=page.pk).exists()
        assert not InnovationPage.objects.filter(
            translation_key=page.translation_key, is_source=False
        ).exists()
    assert not record(drafts[0]).live
    section = record(private[0]).get_parent().specific
    assert isinstance(section, InnovationSectionPage)
    assert section.view_restrictions.get().restriction_type == "login"
    assert public_records().count() == SIZE + 1 - len(drafts) - len(private)


def test_the_public_index_is_complete_at_the_end(loaded):
    demo(size=SIZE + 40, seed=SEED)
    assert set(indexed()) == set(InnovationSource().public_keys())


def test_the_admins_indexes_are_filled_a_few_pages_at_a_time(loaded, monkeypatch, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(admin_indexes, "PAGES_A_TASK", 60)
    assert search_filling().done == references_filling().done == 1
    fill_later()
    sample_tasks.done.clear()
    job, before = TasksJob(), 2
    while rest := job.work():
        assert rest is not True, "others get their turn"
        now = search_filling().done + references_filling().done
        assert now - before <= 60
        before = now
        if not sample_tasks.done:
            sample_tasks.note.enqueue("penyunting")
            assert job.work() is True
            assert sample_tasks.done == ["penyunting"]
    assert search_filling().complete
    assert references_filling().complete
    title = sources().first().title
    assert InnovationPage.objects.search(title).count() >= 1


def test_one_in_twenty_is_translated(loaded):
    english = InnovationPage.objects.filter(locale__language_code="en")
    assert 2 <= english.count() <= SIZE // 8
    for page in english:
        assert page.summary
        assert page.record != page
        assert page.agency is None


def test_copies_point_to_the_origin_of_their_group(loaded):
    for row in Replication.objects.all():
        copy, origin = int(row.page.source_id[-6:]), int(row.origin.source_id[-6:])
        assert copy // GROUP == origin // GROUP
        assert origin % GROUP == ORIGIN
        assert row.page.sector == row.origin.sector
        assert row.origin.stage.code == "replicated"
    documents = InnovationSource().documents([str(key_of(SEED, ORIGIN))], {str(key_of(SEED, ORIGIN)): 1})
    assert next(iter(documents)).stored["replicated"] == 2


def test_dated_statuses_are_the_last_confirmation(loaded):
    assert StatusEntry.objects.exists()
    for page in sources().filter(status_history__isnull=False).distinct():
        last = page.status_history.order_by("sort_order").last()
        assert (last.date, last.status) == (page.status_confirmed_on, page.status)


def test_outcomes_move_in_the_right_direction(loaded):
    pairs = Outcome.objects.filter(baseline__isnull=False, actual__isnull=False).select_related("indicator")
    assert pairs.count() > SIZE / 3
    right = sum((row.actual < row.baseline) == (row.indicator.direction == "down") for row in pairs)
    assert right / pairs.count() > 0.9
    assert Outcome.objects.filter(baseline=None).exists()
    assert not Outcome.objects.filter(unit="persen", actual__gt=110).exists()


def test_agencies_and_tags_are_unevenly_used(loaded):
    for values in (
        sources().values_list("agency", flat=True),
        TaggedInnovation.objects.values_list("tag", flat=True),
    ):
        ranked = [count for _value, count in Counter(values).most_common()]
        assert len(ranked) > 50
        assert ranked[0] > 8 * ranked[len(ranked) // 2]


def test_texts_are_complete_and_varied(loaded):
    pages = list(sources())
    for page in pages:
        texts = " ".join((page.title, page.summary, page.problem, page.solution, page.lessons))
        assert "{" not in texts
        assert "  " not in f"{page.title} {page.summary} {page.problem}"
        assert len(page.title) <= 120
        assert len(page.summary.split()) <= 60
        assert len(f"{page.problem} {page.solution}".split()) >= 45
    for name, least in (("title", 0.95), ("summary", 0.97), ("problem", 0.97), ("solution", 0.97)):
        assert len({getattr(page, name) for page in pages}) >= least * len(pages), name


def test_removal_takes_exactly_the_invented_records(loaded):
    kept = InnovationPage.objects.get(title="Catatan penyunting")
    Replication.objects.create(page=kept, origin=record(3))
    edited = record(4)
    edited.title = "Diubah penyunting"
    edited.save_revision().publish()
    keys = set(sources().values_list("translation_key", flat=True))
    before = dict(RecordVersion.objects.filter(key__in=keys).values_list("key", "version"))

    assert "pages removed" in demo(remove=True)

    assert list(InnovationPage.objects.all()) == [kept]
    assert not InnovationSectionPage.objects.exists()
    assert not kept.replicates.exists()
    assert all(found == [] for found in Page.find_problems())
    for model in (Outcome, StatusEntry, TaggedInnovation):
        assert not model.objects.exists()
    after = dict(RecordVersion.objects.filter(key__in=keys).values_list("key", "version"))
    assert all(after[key] > before[key] for key in keys)
    assert indexed() == [str(kept.translation_key)]
    assert search_filling().total == 1
    assert "no invented records" in demo(remove=True)


def test_themes_use_codes_that_exist():
    terms = {(row["scheme"], row["code"]) for row in lines("terms")}
    tags, indicators = ({row["code"] for row in lines(name)} for name in ("tags", "indicators"))
    agencies = {row["code"] for row in lines("agencies")}
    assert {theme.sector for theme in themes()} == {code for scheme, code in terms if scheme == "sector"}
    for theme in themes():
        assert ("matter", theme.matter) in terms
        assert set(theme.tags) <= tags, theme.code
        assert set(theme.national) <= agencies, theme.code
        assert {row.code for row in theme.indicators} <= indicators, theme.code
        assert {("sdg", str(goal)) for goal in theme.sdgs} <= terms
        for means in theme.means:
            assert ("type", means.kind) in terms
            assert max(means.serves) < len(theme.services), theme.code


def test_collections_never_catch_an_invented_record(loaded):
    codes = {"dari-tatap-muka-ke-daring", "kerja-fleksibel", "lahir-di-masa-pandemi"}
    assert not codes & set(
        Tag.objects.filter(tagged_innovations__isnull=False).values_list("slug", flat=True)
    )
    assert words()["districts"]


def test_what_is_missing_in_between_is_made_again(loaded):
    record(11).delete()
    demo(size=SIZE, seed=SEED)
    assert record(11).title
    assert sources().count() == SIZE
