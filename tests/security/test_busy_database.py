"""While another process holds SQLite's one write lock, a page says so soon and waits no second time."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.architecture.source import ROOT
from tests.catalogue.desk import Desk

WRITES = re.compile(r"INSERT|UPDATE|DELETE")
ASK = "from django.conf import settings; print(settings.SQLITE_OPTIONS['timeout'])"


def sign_in_form():
    person = factories.user("curator")
    return Client(), reverse("account_login"), {"login": person.email, "password": factories.PASSWORD}


def sign_out_form():
    return Desk(factories.user("curator")).client, reverse("account_logout"), {}


def password_form():
    desk = Desk(factories.user("curator"))
    new = "sandi-baru-untuk-pengujian"
    data = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    return desk.client, reverse("account_change_password"), data


def record_form():
    desk = Desk(factories.user("curator"))
    page = factories.innovation(state="draft", revision=True)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return desk.client, address, {**desk.form_of(address).dict(), "story-count": "0"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [sign_in_form, sign_out_form, password_form, record_form])
def test_a_request_waits_once(make):
    client, address, data = make()
    client.raise_request_exception = False
    waits = []

    def locked(execute, sql, params, many, context):
        if WRITES.match(sql):
            waits.append(sql)
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(locked):
        answer = client.post(address, data)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert len(waits) == 1, waits


def test_pages_wait_for_two_seconds_at_most():
    assert settings.SQLITE_OPTIONS["timeout"] <= 2


def test_commands_and_the_worker_wait_longer():
    environment = {name: value for name, value in os.environ.items() if name != "SQLITE_TIMEOUT"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert float(told.stdout) >= 20
