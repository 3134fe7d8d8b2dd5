"""What the site's own log says of a request: the path, never what somebody looked for."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

NAME = "sari.kencana@dinas.go.id"
ANSWERS = {
    "/id/nowhere/": 404,
    "/id/search/": 503,  # where there is no index
    "/admin/": 302,
    "/id/search/?year=x": 400,
    "/api/v1/innovations?page=x": 400,
}


@pytest.mark.usefixtures("index_folder")
@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_no_query_string_reaches_it(client, caplog, address, status):
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"{address}{'&' if '?' in address else '?'}q={NAME}")
    assert answer.status_code == status
    assert NAME not in caplog.text


def test_whom_an_administrator_looks_for_is_not_in_it(settings, caplog):
    settings.STAFF_MFA = "optional"
    client = Client()
    client.force_login(factories.user("administrator"))
    users, refusals = "/admin/users/", "/admin/training/refusal/"
    with caplog.at_level(logging.DEBUG):
        for address in (users, refusals):
            assert client.get(address, {"q": NAME}).status_code == 200
    assert NAME not in caplog.text
