"""Pictures, where the site itself serves its media (MEDIA_URL is a path, not another host)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

# A rendition's name changes with its picture, so a day is safe.
KEEP = "public, max-age=86400"
# What file systems allow; asking them for a longer name is an error of its own kind.
LONGEST_NAME = 255


@require_safe
def rendition(request: HttpRequest, path: str) -> HttpResponseBase:
    """A rendition of a picture. Originals and documents are not served: documents have an address of their
    own, which asks who may read them."""
    if len(path.encode()) > LONGEST_NAME:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT / "images"))
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = KEEP
    return response
