"""A changing request in the admin happens as a whole or not at all."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from home.middleware import AdminTransactionMiddleware

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = reverse("wagtailadmin_home")


@pytest.fixture
def send():
    """Run a view behind the middleware, as Django does: an exception first goes to the middleware."""

    def run(view, method="POST", path=ADMIN + "pages/1/move/", **options):
        def get_response(request):
            try:
                return view(request)
            except (RuntimeError, PermissionDenied) as error:
                middleware.process_exception(request, error)
                return HttpResponse(status=403 if isinstance(error, PermissionDenied) else 500)

        middleware = AdminTransactionMiddleware(get_response)
        return middleware(RequestFactory().generic(method, path, **options))

    return run


def write(request):
    Group.objects.create(name="Penguji")
    return HttpResponse("ok")


def saved() -> bool:
    return Group.objects.filter(name="Penguji").exists()


def test_a_change_is_committed(send):
    assert send(write).status_code == 200
    assert saved()


@pytest.mark.parametrize("error", [RuntimeError("half-way"), PermissionDenied()])
def test_an_exception_undoes_what_was_done_before_it(send, error):
    def view(request):
        write(request)
        raise error

    assert send(view).status_code in {403, 500}
    assert not saved()


def test_an_answer_that_says_failure_undoes_it_too(send):
    def view(request):
        write(request)
        return HttpResponse(status=503)

    send(view)
    assert not saved()


def test_a_refused_form_keeps_what_the_view_wrote_on_purpose(send):
    def view(request):
        write(request)
        return HttpResponse(status=400)

    send(view)
    assert saved()


@pytest.mark.parametrize(
    ("method", "path", "inside"),
    [
        ("POST", ADMIN, True),
        ("DELETE", ADMIN + "api/x/", True),
        ("GET", ADMIN, False),
        ("HEAD", ADMIN, False),
        ("POST", "/id/kontak/", False),
        ("POST", "/accounts/login/", False),
    ],
)
def test_only_changing_requests_in_the_admin_hold_a_transaction(send, method, path, inside):
    seen = []

    def view(request):
        seen.append(connection.in_atomic_block)
        return HttpResponse()

    send(view, method=method, path=path)
    assert seen == [inside]


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/x-www-form-urlencoded", b"title=Baru"),
        ("application/json", b'{"title": "Baru"}'),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nBaru\r\n--x--\r\n',
        ),
    ],
)
def test_the_body_has_arrived_before_the_transaction_begins(send, content_type, data, monkeypatch):
    """Else a slow upload would hold the one write lock of SQLite."""
    seen = []
    read = RequestFactory().post("/").__class__.read

    def note_and_read(request, *args, **kwargs):
        seen.append(connection.in_atomic_block)
        return read(request, *args, **kwargs)

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest.read", note_and_read)

    def view(request):
        return HttpResponse(request.POST.get("title") or request.body)

    assert b"Baru" in send(view, content_type=content_type, data=data).content
    assert seen
    assert not any(seen)


def test_the_site_uses_it(settings):
    assert "home.middleware.AdminTransactionMiddleware" in settings.MIDDLEWARE
