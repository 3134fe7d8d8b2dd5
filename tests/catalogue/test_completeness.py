"""Completeness 0–100: the same for the index, the listing and the editor."""

from __future__ import annotations

import pytest

from catalogue import completeness
from catalogue.admin.scores import score_of, scores_of
from catalogue.documents import InnovationSource
from tests import factories


def test_the_weights_make_a_hundred():
    assert sum(completeness.WEIGHTS.values()) == 100
    assert completeness.score(completeness.WEIGHTS) == 100
    assert completeness.score(()) == 0


def test_what_is_missing_comes_most_telling_first():
    missing = completeness.missing({"outcomes"})
    assert "outcomes" not in missing
    points = [completeness.WEIGHTS[name] for name in missing]
    assert points == sorted(points, reverse=True)


def test_no_is_an_answer_and_empty_is_none():
    filled = completeness.filled_names({"is_digital": False, "summary": "", "problem": None}, {"tags"})
    assert filled == {"is_digital", "tags"}


@pytest.mark.django_db
class TestRecords:
    def test_a_draft_with_a_title_has_nothing(self):
        page = factories.innovation(
            state="draft",
            agency=None,
            sector=None,
            stage=None,
            source="",
            summary="",
            problem="",
            solution="",
        )
        score = score_of(page)
        assert score.points == 0
        assert len(score.missing) == len(completeness.WEIGHTS)

    def test_rows_of_a_page_take_one_query_and_agree_with_each_record(self, django_assert_num_queries):
        pages = [factories.complete_innovation(), factories.innovation("Polos"), factories.innovation("Lain")]
        with django_assert_num_queries(1):
            found = scores_of(pages)
        assert found == {page.pk: score_of(page).points for page in pages}
        assert found[pages[0].pk] > found[pages[1].pk] > 0

    def test_the_index_sorts_by_the_same_score(self):
        pages = [factories.complete_innovation(), factories.innovation("Polos")]
        keys = [str(page.translation_key) for page in pages]
        documents = InnovationSource().documents(keys, dict.fromkeys(keys, 1))
        for document in documents:
            page = next(p for p in pages if str(p.translation_key) == document.key)
            assert document.sorts["complete"].startswith(f"{100 - score_of(page).points:03}")
