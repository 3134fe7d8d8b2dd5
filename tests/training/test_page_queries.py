"""No page of the training area takes many queries, whatever the demonstration has on it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.services.access import ensure_access
from home import shell
from tests import factories
from tests.browser.training_pages import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOST = 20


def test_no_page_takes_more_queries_than_it_may(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "KEPT_SECONDS", 600)
    settings.VAR_DIR, settings.STAFF_MFA = tmp_path, "optional"
    factories.baseline()
    ensure_access()
    call_command("demo_accounts")
    call_command("demo_training")
    users = {user.email: user for user in User.objects.all()}
    taken = []
    for name, reader, path in addresses():
        assert path, (name, reader)
        client = Client(SERVER_NAME="127.0.0.1")
        if reader:
            client.force_login(users[f"{reader}@demo.example"])
        client.get(f"/id{path}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/id{path}")
        taken.append((len(queries), name, reader, [query["sql"] for query in queries.captured_queries]))
    assert [row for row in sorted(taken, reverse=True) if row[0] > MOST] == []
