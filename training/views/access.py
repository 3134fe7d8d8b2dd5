"""Who may come in, and to what: everything a person has no part in does not exist for them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from training.errors import StandsStill
from training.models import Holder, Project, Step
from training.permissions import roles_in, visible_projects

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Decorator: whoever is not signed in is led there, and back."""

    @wraps(view)
    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request.get_full_path())
        try:
            return view(request, **kwargs)
        except StandsStill as refused:  # a button; a form catches it and keeps what was typed
            messages.error(request, refused.reasons[0])
            return HttpResponseRedirect(_back(request, kwargs.get("key")))

    return inner


def _back(request: HttpRequest, key: uuid.UUID | None) -> str:
    """To the project of the address, where the person has a part in it, and to the workspace otherwise."""
    if key is None or not visible_projects(request.user).filter(key=key).exists():
        return reverse("training:home")
    return reverse("training:project", args=[key])


def to_sign_in(target: str) -> HttpResponseRedirect:
    """To the sign-in page in the active language, and from there to ``target``."""
    query = urlencode({"next": target, "language": get_language() or "id"})
    return HttpResponseRedirect(f"{reverse('account_login')}?{query}")


def person(request: HttpRequest) -> User:
    """Who is signed in. Raises ``Http404`` for nobody, which ``signed_in`` rules out."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def project_of(
    request: HttpRequest, key: uuid.UUID, *, team: bool = False
) -> tuple[Project, frozenset[Holder]]:
    """The project and the parts the person has in it. Raises ``Http404`` for one they have no part in.

    ``team`` says that its team may come in as well, whose members have no part of their own.
    """
    found = visible_projects(person(request)).select_related("version", "batch__institution", "owner")
    project = found.filter(key=key).first()
    if project is None:
        raise Http404
    roles = roles_in(project, person(request))
    if not roles and not team:
        raise Http404
    return project, roles


def step_of(project: Project, code: str) -> Step:
    """The step of the project's programme. Raises ``Http404`` when it has no such step."""
    step = next((step for step in project.version.all_steps if step.code == code), None)
    if step is None:
        raise Http404
    return step
