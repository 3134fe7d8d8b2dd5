"""What templates may use of the site."""

from __future__ import annotations

import pytest
from django.utils import translation

from home.templatetags.site import breakable, days_in_words


def test_a_long_number_breaks_after_its_slashes_and_stays_escaped():
    assert breakable("00001/PKA/2026") == "00001/<wbr>PKA/<wbr>2026"
    assert breakable("<b>/2") == "&lt;b&gt;/<wbr>2"
    assert breakable("7") == "7"


@pytest.mark.parametrize(
    ("language", "shown"),
    [("id", "28 November 2026 → 12 Desember 2026: ."), ("en", "28 November 2026 → 12 December 2026: .")],
)
def test_days_that_a_text_begins_with_are_said_in_words(language, shown):
    with translation.override(language):
        assert days_in_words("2026-11-28 → 2026-12-12: .") == shown
        assert days_in_words("– → 2026-12-12: 2026-01-01") == f"– → {shown[19:-3]}: 2026-01-01"


@pytest.mark.parametrize("text", ["", "Data 2026-11-28 → 2026-12-12", "2026-13-41 → 2026-13-42", "1 → 2"])
def test_everything_else_stays_as_it_was_written(text):
    assert days_in_words(text) == text
