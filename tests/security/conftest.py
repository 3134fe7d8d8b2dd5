"""The people of these tests: a curator, and an agency editor with a draft of the own agency."""

from __future__ import annotations

import pytest

from catalogue.models import InnovationPage
from tests import factories
from tests.catalogue.desk import Desk


@pytest.fixture
def curator(db: None) -> Desk:
    return Desk(factories.user("curator"))


@pytest.fixture
def editor(db: None) -> Desk:
    return Desk(factories.user("agency-editor", agency="gov-35.10"))


@pytest.fixture
def own(editor: Desk) -> InnovationPage:
    return factories.innovation("Milik sendiri", state="draft", revision=True)
