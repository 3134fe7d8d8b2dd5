"""Tags chosen by autocomplete that shows near spellings and how often each tag is used."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminTagWidget

from catalogue.models import Tag
from catalogue.services.tags import TagSuggestion, suggest

LIMIT = 10
TEXT_LIMIT = 100


class TagWidget(AdminTagWidget):
    """Wagtail's tag field, asking this catalogue's own suggestions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, tag_model=Tag, **kwargs)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-w-tag-url-value"] = reverse("catalogue_tag_suggestions")
        context["widget"]["help_text"] = _(
            "Choose from the list where you can: a number says how many records carry the tag. "
            "Several words stand in double quotes."
        )
        return context


def tag_suggestions(request: HttpRequest) -> JsonResponse:
    """A JSON list of ``{label, value}`` for the text in ``term``: used tags first, near spellings last."""
    text = request.GET.get("term", "")[:TEXT_LIMIT]
    found = suggest(text=text, user=request.user, limit=LIMIT)
    return JsonResponse([_option(suggestion) for suggestion in found], safe=False)


def _option(found: TagSuggestion) -> dict[str, str]:
    shown = found.name
    if get_language() == "en" and found.label_en and found.label_en != found.name:
        shown = f"{found.name} – {found.label_en}"
    form = _("%(tag)s (%(uses)d, near spelling)") if found.near else _("%(tag)s (%(uses)d)")
    return {"label": form % {"tag": shown, "uses": found.uses}, "value": found.name}
