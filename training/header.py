"""The workspace's link in the header of whoever is signed in, with how much waits for them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from home.contributions import header_link
from training.services import todo
from training.views.access import person

_KNOWN = "training_tasks"


def remember(request: HttpRequest, number: int) -> None:
    """Tell the header how long the list is, for a page that has read it anyway."""
    setattr(request, _KNOWN, number)


@header_link
def workspace(request: HttpRequest) -> tuple[str, str]:
    """Text and address; the number in the text is the length of the to-do list. Three queries at most."""
    number = getattr(request, _KNOWN, None)
    if number is None:
        number = todo.count(person(request))
    text = _("Workspace (%(number)d)") % {"number": number} if number else _("Workspace")
    return text, reverse("training:home")
