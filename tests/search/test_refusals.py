"""What is kept of an error: enough to act on, nothing of the record that caused it."""

from __future__ import annotations

import pytest

from search.engines.embedded import EmbeddedEngine
from search.refusals import Unindexable, refused, where, without_content
from search.types import Refusal
from tests import cluster
from tests.doubles import definition, document

NAMES = {"number_year", "facet_tag", "long"}


def told(text: str, content: str = "") -> str:
    return without_content(text, content=content, names=NAMES)


@pytest.mark.parametrize(
    ("text", "content", "kept"),
    [
        (
            "[1:8] failed to parse field [number_year] of type [long] in a document 'a'. Preview of 'x'",
            '{"number_year":"Budi"}',
            "… failed to parse field [number_year] of type [long] in a document …",
        ),
        (
            'immense term in field="facet_tag" (whose length is 40000)',
            "",
            'immense term in field="facet_tag" …',
        ),
        ("The prefix of the first immense term is: '[66, 117]...'", "", "…"),
        ('For input string: "Budi"', "", "…"),
        ("value Budi is not allowed", '{"a":"Budi Santoso"}', "value … is not allowed"),
        ("BUDI is unknown", "budi", "… is unknown"),
        ("number 198 out of range", "", "number … out of range"),
        ("it's Budi's turn", "Budi", "it…s turn"),
        ("field number_year is wrong", "number_year Budi", "field number_year is wrong"),
        ("", "", ""),
    ],
)
def test_words_of_the_document_quotes_and_numbers_go(text, content, kept):
    assert told(text, content) == kept


def test_a_long_text_is_cut():
    assert len(told("word " * 1000)) == 500


def fail_with(error: Exception) -> Exception:
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_an_exception_is_told_by_its_type_and_place_never_by_its_words():
    error = fail_with(KeyError("Budi"))
    assert where(error).startswith("KeyError (tests/search/test_refusals.py:")
    assert "Budi" not in where(error)
    assert where(ValueError("Budi")) == "ValueError"


def test_a_fault_while_a_document_is_made_is_the_sites_own():
    answer = refused(key="k", version=2, error=fail_with(TypeError("Budi")))
    assert (answer.key, answer.version, answer.refusal) == ("k", 2, Refusal.UNREADABLE)
    assert "Budi" not in answer.error


def test_what_no_engine_takes_is_told_in_full():
    answer = refused(key="k", version=2, error=Unindexable("sort newest is missing", Refusal.FIELD))
    assert (answer.error, answer.refusal) == ("sort newest is missing", Refusal.FIELD)


class TestEveryEngine:
    """Each refuses alike what is too long or no text."""

    def refusal_of(self, engine, **fields):
        made = document("record", 1, "Judul")
        for name, value in fields.items():
            getattr(made, name).update(value)
        build = engine.start_build()
        (answer,) = build.apply([made])
        build.discard()
        assert "Budi" not in (answer.error or "")
        return answer

    @pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
    def engine(self, request, records, tmp_path):
        if request.param == "embedded":
            yield EmbeddedEngine(definition(records), tmp_path / "index")
        else:
            with cluster.engine(definition(records)) as engine:
                yield engine

    def test_a_value_too_long(self, engine):
        answer = self.refusal_of(engine, facets={"sector": ("Budi" * 4000,)})
        assert answer.refusal is Refusal.TOO_LARGE
        assert answer.error == "sector must be at most 8000 bytes, not 16000"

    def test_a_value_that_is_no_text(self, engine):
        assert self.refusal_of(engine, facets={"sector": (7,)}).refusal is Refusal.FIELD
        assert self.refusal_of(engine, texts={"title": {"id": 7}}).refusal is Refusal.FIELD

    def test_what_cannot_be_written_down(self, engine):
        answer = self.refusal_of(engine, stored={"title": {7, "Budi"}})
        assert answer.refusal is Refusal.UNREADABLE
        assert answer.error.startswith("TypeError (search/engines/")
