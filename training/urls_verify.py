"""Where anybody checks a certificate."""

from __future__ import annotations

from django.urls import path

from training.views import verify

app_name = "verify"

urlpatterns = [
    path("", verify.check, name="check"),
    path("<str:code>/", verify.by_code, name="code"),
]
