"""A hello-world Django: one view, no middleware, no application, no database, no session.

It is the yardstick of the page rates, served by gunicorn with the same settings as the site.
"""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    text = b"Hello, world.\n"
    # Without its length gunicorn would send it in chunks, which costs more.
    return HttpResponse(text, content_type="text/plain", headers={"Content-Length": str(len(text))})


urlpatterns = [path("", hello)]
application = get_wsgi_application()
