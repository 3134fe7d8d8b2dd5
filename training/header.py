"""The workspace's link in the header of whoever is signed in, with how much waits for them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from home.contributions import header_link
from training.services import todo
from training.views.access import person


@header_link
def workspace(request: HttpRequest) -> tuple[str, str]:
    """Text and address; the number in the text is the length of the to-do list. Two queries."""
    number = todo.count(person(request))
    text = _("Workspace (%(number)d)") % {"number": number} if number else _("Workspace")
    return text, reverse("training:home")
