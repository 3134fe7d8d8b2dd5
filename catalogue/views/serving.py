"""Records under their addresses: found at once, then served as any page of the CMS."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail.models import Site
from wagtail.views import serve as serve_page

from catalogue.models import InnovationPage
from home.sites import remember_site


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's view, which is told the way when a record is at ``path``.

    By itself it walks down the tree, two statements a page. It still does for whatever is not a record that
    can be shown, and for all that it does after the way is known: restrictions and hooks.
    """
    site = remember_site(request)
    if site is not None:
        with suppress(Http404):
            _tell_the_way(request, site, path)
    return serve_page(request, path)


def _tell_the_way(request: HttpRequest, site: Site, path: str) -> None:
    """Keep the route to the record at ``path`` on the request, as ``Page.route_for_request`` would.

    Raises ``Http404`` for a record that is not to be shown.
    """
    root = _root_path(site)
    slug = path.rstrip("/").rpartition("/")[2]
    # The slug is indexed, the whole path is not.
    pages = InnovationPage.objects.select_related("image").filter(slug=slug, url_path=root + path)
    page = next(iter(pages.order_by()[:1]), None)
    if page is None:
        return
    route = page.route(request, [])
    above = page.lineage.above if page.lineage else []
    home = next((found for found in above if found.url_path == root), None)
    # While a language's home page is a draft, Wagtail takes its addresses for those of the site's own one.
    if home is not None and (home.live or home.pk == site.root_page_id):
        request._wagtail_route_for_request = route  # type: ignore[attr-defined]


def _root_path(site: Site) -> str:
    """The path of the site's home page in the language of the address."""
    paths = Site.get_site_root_paths()
    own = (root for root in paths if root.site_id == site.pk and root.language_code == get_language())
    return next((root.root_path for root in own), "")
