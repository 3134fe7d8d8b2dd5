"""What the browser runs is what was vendored, and whoever vendored it said which version and licence."""

from __future__ import annotations

import pytest

from scripts import vendor


def test_no_vendored_file_was_changed() -> None:
    assert vendor.changed_files() == []


@pytest.mark.parametrize("entry", vendor.read_manifest(), ids=lambda entry: entry["package"])
def test_every_vendored_file_names_version_and_licence(entry: dict[str, str]) -> None:
    assert {"package", "version", "licence", "source", "target", "sha256"} <= set(entry)
