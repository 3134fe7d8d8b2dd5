"""The licences in docs/operations/index.md are those that the packages name."""

from __future__ import annotations

import re

from scripts import licences

# As the classifiers and SPDX expressions of today's packages write them.
PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation")
NAMED_IN_THE_TABLE = {"psycopg2-binary": "Lesser General Public License", "certifi": "Mozilla Public License"}


def test_every_package_is_under_a_licence_that_the_table_names() -> None:
    found = {package: licences.licence(package) for package in licences.packages()}
    odd = {name: said for name, said in found.items() if said is not None and not PERMISSIVE.search(said)}
    assert set(odd) == set(NAMED_IN_THE_TABLE)
    assert all(words in odd[name] for name, words in NAMED_IN_THE_TABLE.items())


def test_packages_are_read_with_and_without_extras() -> None:
    assert {"django", "wagtail", "tantivy", "elasticsearch"} <= set(licences.packages())
    assert all(name == name.lower() for name in licences.packages())
