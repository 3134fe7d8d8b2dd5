"""Faults of what the site stands on, and kills of its own processes."""

import pytest

# A failed check then says what it compared, as in a test.
pytest.register_assert_rewrite("tests.faults.invariants")
