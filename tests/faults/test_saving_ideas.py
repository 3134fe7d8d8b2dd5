"""Saving a training idea asks the cluster what is near: the one save that does, within its second."""

from __future__ import annotations

import pytest

from tests.faults.conftest import SILENT
from tests.faults.test_site import LONGEST
from tests.training.people import Cast, cast
from tests.training.scenes import address, as_user, hidden, in_state
from training.models import OriginalityCheck

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]
TEXT = "Warga mendaftar dari rumah lewat ponsel dan datang ke puskesmas pada jam yang ditentukan"


@pytest.fixture
def people(world) -> Cast:
    made = cast()
    in_state(made, "idea", answers={})
    return made


@pytest.mark.parametrize("copy", [True, False], ids=["copy", "no copy"])
@pytest.mark.parametrize("fault", SILENT)
def test_it_is_saved_and_waits_for_one_answer_at_most(people, start_site, faults, fault, copy):
    site = start_site(copy=copy)
    site.engine.breaker.seconds = 3_600.0  # the looks come later
    client, idea = as_user(people.participant), address(people, "steps/idea/")
    form = hidden(client.get(idea))
    faults.fault, asked = fault, faults.requests
    saved = client.post(idea, form | {"a-abstract": TEXT})
    assert saved.status_code == 302
    assert people.fresh().answers["abstract"] == TEXT
    assert faults.requests == asked + 1, "the first one is cut, and the others are not sent"
    assert faults.trickled < LONGEST
    assert site.engine.breaker.is_open
    check = OriginalityCheck.objects.get()
    assert (check.available, bool(check.found)) == (copy, copy)

    form = hidden(client.get(idea))
    assert client.post(idea, form | {"a-abstract": f"{TEXT} saja"}).status_code == 302
    assert faults.requests == asked + 1, "nobody waits again"
    faults.fault = ""
