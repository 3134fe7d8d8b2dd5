"""A mail server that takes a connection and then says nothing keeps nobody from writing."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from catalogue.services.access import ensure_access
from tests import factories
from tests.search.processes import SharedDatabase
from tests.training.people import cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_hand_over_is_committed_while_the_curators_mail_hangs(tmp_path):
    ensure_access()
    factories.user("curator", email="kurator-surel@katalog.go.id")
    people = cast()
    people.answer_all()
    people.walk_to("passed")
    database = SharedDatabase(tmp_path, "tests.training.actor")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        port = str(server.getsockname()[1])
        call = ("hand_over_by_mail", port, str(people.project.pk), str(people.coordinator.pk))
        with database.actor(*call) as process:
            hanging, _address = server.accept()
            # The sender waits for a greeting that never comes; the move is done, and others may write.
            assert process.process.poll() is None
            assert database.rows("SELECT state_code FROM training_project") == [("curation",)]
            if connection.vendor == "sqlite":
                with closing(sqlite3.connect(database.file, timeout=0)) as other:
                    other.execute("BEGIN IMMEDIATE")
                    other.execute("UPDATE training_project SET saved = saved + 1")
                    other.commit()
            else:
                database.rows("UPDATE training_project SET saved = saved + 1")
            hanging.close()
            assert process.says() == "done"
    assert database.rows("SELECT count(*) FROM wagtailcore_workflowstate") == [(1,)]
