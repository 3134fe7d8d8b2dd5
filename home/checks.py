"""Rules about pages that Django checks before it starts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page, get_page_models

KINDS = ("record", "page", "none")


@register()
def page_types_say_how_they_are_found(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``home.E001``: a page type doesn't say how a search finds it."""
    return [
        Error(
            f"{model.__name__} doesn't say how a search finds it.",
            hint=f"Set its indexed_as to one of: {', '.join(KINDS)}.",
            obj=model,
            id="home.E001",
        )
        for model in get_page_models()
        if model is not Page and getattr(model, "indexed_as", "") not in KINDS
    ]
