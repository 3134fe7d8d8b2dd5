"""Where every address of the site leads. The applications keep their own lists."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.urls import closed_doors, closed_site_doors
from catalogue.api import problems
from catalogue.views.styleguide import styleguide
from home import health, media, wellknown
from innovation_site.api import api

handler400 = "home.errors.bad_request"
handler403 = "home.errors.permission_denied"
handler404 = "home.errors.not_found"
handler500 = "home.errors.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", wellknown.robots),
    path("favicon.ico", wellknown.favicon),
    path("styleguide/", styleguide, name="styleguide"),
    path("accounts/", include("accounts.urls")),
    path("api/v1/", RedirectView.as_view(pattern_name="api-1:openapi-view")),
    path("api/v1/", api.urls),
    path("api/<path:rest>", problems.unknown_address),
    path("admin/", include(closed_doors)),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("catalogue.urls_data")),
]

if settings.MEDIA_URL.startswith("/"):
    urlpatterns.append(path(f"{settings.MEDIA_URL.lstrip('/')}images/<path:path>", media.rendition))

urlpatterns += i18n_patterns(
    path("search/", include("search.urls")),
    path("search/", include("catalogue.urls_query")),
    path("verify/", include("training.urls_verify")),
    path("training/dashboard/", include("dashboards.urls")),
    path("training/batches/", include("training.urls_coordinator")),
    path("training/", include("training.urls")),
    path("", include("catalogue.urls")),
    path("", include(closed_site_doors)),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
