"""Files of judgements: what is read, and what is refused with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.relevance.judgements import Judged, JudgementsRefused, load, same_words

ONE = '[[query]]\nwords = "stunting"\nkind = "topic"\ngrades.3 = ["a"]\ngrades.1 = ["b", "c"]\n'
MEANT = '[[query]]\nwords = "stuntng"\nkind = "misspelt"\nmeant = "stunting"\n'


@pytest.fixture
def file(tmp_path: Path):
    def write(content: str) -> Path:
        path = tmp_path / "judgements.toml"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_misspelt_query_has_the_grades_of_what_was_meant(file) -> None:
    grades = {"a": 3, "b": 1, "c": 1}
    assert load(file(ONE + MEANT)) == (
        Judged("stunting", "topic", "id", grades),
        Judged("stuntng", "misspelt", "id", grades, meant="stunting"),
    )


def test_one_query_may_be_judged_in_each_language(file) -> None:
    english = ONE.replace('kind = "topic"', 'kind = "topic"\nlanguage = "en"')
    assert [judged.language for judged in load(file(ONE + english))] == ["id", "en"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "holds no"),
        ("query = 3", "holds no"),
        ("query = [1]", "holds no"),
        ("[[query]", "judgements.toml"),
        (ONE + ONE, "judged twice"),
        (MEANT, "has to stand above it"),
        (ONE + MEANT + 'grades.3 = ["a"]', "has to stand above it"),
        (ONE + 'language = "fr"', "language is one of id, en"),
        (ONE + 'remark = "x"', "remark means nothing here"),
        (ONE + 'grades.2 = ["a"]', "a has two grades"),
        (ONE + 'grades.4 = ["d"]', "called 0 to 3"),
        (ONE + "grades.2 = [7]", "grade 2 is not a list"),
        ('[[query]]\nwords = "stunting"\nkind = "topic"', "called 0 to 3"),
        ('[[query]]\nwords = "stunting"\nkind = "topic"\ngrades.0 = ["a"]', "no record answers it"),
        ('[[query]]\nwords = " "\nkind = "topic"\ngrades.3 = ["a"]', "words and kind are needed"),
        ('[[query]]\nwords = 1\nkind = "topic"\ngrades.3 = ["a"]', "words and kind are needed"),
    ],
)
def test_what_cannot_be_used_is_refused(file, content: str, reason: str) -> None:
    with pytest.raises(JudgementsRefused, match=reason):
        load(file(content))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgementsRefused):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(JudgementsRefused):
        load(tmp_path / "bytes.toml")


def test_words_are_compared_as_a_search_reads_them() -> None:
    assert same_words("Bank  Sampah", "bank-sampah")
    assert not same_words("bank sampah", "sampah bank")
