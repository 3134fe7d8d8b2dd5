"""Sign-in and everything about one's own account; and the doors of Wagtail that lead here instead."""

from __future__ import annotations

from django.urls import include, path, re_path

from accounts import views

# Before Wagtail's own list, and at the same addresses, so that its names still lead to them.
closed_doors = [
    path("login/", views.to_login),
    path("logout/", views.logout),
    re_path(r"^password_reset/(?P<rest>.*)$", views.to_password_reset),
]

# The same for the sign-in of Wagtail's public pages, which has no limits and no second factor.
closed_site_doors = [path("_util/login/", views.to_login, {"home": "/"})]

urlpatterns = [
    path("data/", views.own_data, name="account_data"),
    path("data/name/", views.own_name, name="account_name"),
    path("data/download/", views.download_data, name="account_data_download"),
    path("data/erase/", views.erase_data, name="account_erase"),
    path("data/erased/", views.erased, name="account_erased"),
    path("", include("allauth.urls")),
]
