"""What lists of news and events show."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from home.contributions import page_context
from home.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage, StandardPage
from home.visibility import is_open

SIZE = 12


@page_context(NewsIndexPage)
def news(page: NewsIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The news, newest first; a page number out of range shows the nearest one."""
    found = NewsPage.objects.child_of(page).live().filter(is_open()).order_by("-date", "-pk")
    return {"list": Paginator(found, SIZE).get_page(request.GET.get("page"))}


@page_context(EventIndexPage)
def events(page: EventIndexPage, request: HttpRequest) -> dict[str, Any]:
    """Events to come, the next one first, and a page of those that are over."""
    now = timezone.now()
    found = EventPage.objects.child_of(page).live().filter(is_open())
    found = found.annotate(end=Coalesce("ends_at", "starts_at"))
    over = found.filter(end__lt=now).order_by("-starts_at", "-pk")
    return {
        "upcoming": found.filter(Q(end__gte=now)).order_by(F("starts_at").asc(), "pk"),
        "list": Paginator(over, SIZE).get_page(request.GET.get("page")),
    }


@page_context(StandardPage)
def standard(page: StandardPage, request: HttpRequest) -> dict[str, Any]:
    """The pages below a page."""
    return {"below": list(page.get_children().live().filter(is_open()))}
