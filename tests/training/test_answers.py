"""Numbers are read as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from training.answers import as_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("1.250", "1250"),
        ("-1,250", "-1250"),
        ("1.250.000", "1250000"),
        ("1.250,5", "1250.5"),
        ("1,250.5", "1250.5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("-0,125", "-0.125"),
    ],
)
def test_points_and_commas_divide_thousands_or_decimals(text, number):
    assert as_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "dua", "1.2.3", "0.125.000", "1e3"])
def test_what_is_no_number_is_none(text):
    assert as_number(text) is None
