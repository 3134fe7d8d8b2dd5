"""Changing one's own message; reporting one; hiding, showing and locking by moderators."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from training.errors import GuardsUnmet, NotAllowed
from training.forums import Forum
from training.models import Post
from training.services import discussions, moderation
from training.views.access import person, signed_in
from training.views.discussion_forms import MessageForm, choices
from training.views.discussions import (
    message_of,
    place_of,
    shown_name,
    thread_of,
    where,
)
from training.views.kept import surviving
from training.views.sent import answered, sheet
from training.views.strict import only


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=moderation.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Change one's own message while that is allowed."""
    message, forum = message_of(request, key)
    user = person(request)
    if not forum.may_post or message.thread.locked_at or not discussions.may_edit(message, user):
        return _too_late(request, message, forum)
    people = choices(forum, user, message.thread)
    page = sheet(request, lambda data, **more: MessageForm(people, data, **more), {"text": message.text})

    def save() -> str:
        draft = page.form.draft(page.submit_key)  # type: ignore[attr-defined]
        discussions.edit(forum=forum, message=message, author=user, draft=draft)
        return place_of(message)

    context = {"sheet": page, "heading": _("Change your message"), "button": _("Save")}
    return answered(request, page, save, "text") or _page(request, message, forum, context)


def _too_late(request: HttpRequest, message: Post, forum: Forum) -> HttpResponse:
    """What was typed too late is shown to copy, not lost; somebody else's message does not exist here."""
    if message.author_id != person(request).pk or request.method != "POST":
        raise Http404
    context = {"typed": request.POST.get("text", ""), "message_url": place_of(message), **where(forum)}
    return render(request, "training/discussions/too_late.html", context, status=409)


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask the moderators to look at a message."""
    message, forum = message_of(request, key)
    hidden = message.hidden_at or message.erased_at
    if not forum.may_post or hidden or message.author_id == person(request).pk:
        raise Http404
    context = {
        "heading": _("Report a message"),
        "button": _("Report"),
        "lead": _("Only the moderators read the reason."),
    }
    return _with_reason(
        request, message, forum, moderation.report, context, _("Thank you. The moderators will look at it.")
    )


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take a message out of sight."""
    message, forum = message_of(request, key)
    if not forum.moderates:
        raise Http404
    context = {"heading": _("Hide a message"), "button": _("Hide"), "lead": _("The author reads the reason.")}
    return _with_reason(request, message, forum, moderation.hide, context, _("The message is hidden."))


@signed_in
@require_POST
def settle(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show a hidden message again, or leave a reported one as it is."""
    message, forum = message_of(request, key)
    if not forum.moderates:
        raise Http404
    only(request, "act")
    act = {"show": moderation.show, "settle": moderation.settle}.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest("act")
    try:
        act(forum=forum, message=message, by=person(request))
    except NotAllowed as error:
        raise Http404 from error
    except GuardsUnmet as error:
        messages.error(request, error.reasons[0])
    return HttpResponseRedirect(place_of(message))


@signed_in
@require_POST
def lock(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Let nobody write in a topic any more, or let them again."""
    found, forum = thread_of(request, key)
    if not forum.moderates:
        raise Http404
    only(request, "act")
    locked = {"lock": True, "unlock": False}.get(request.POST.get("act", ""))
    if locked is None:
        raise BadRequest("act")
    try:
        moderation.set_lock(forum=forum, thread=found, by=person(request), locked=locked)
    except NotAllowed as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("training:thread", args=[found.key]))


def _with_reason(
    request: HttpRequest,
    message: Post,
    forum: Forum,
    act: Callable[..., None],
    context: dict[str, Any],
    done: str,
) -> HttpResponse:
    page = sheet(request, ReasonForm)

    def do() -> str:
        act(forum=forum, message=message, by=person(request), reason=page.given["reason"])
        messages.success(request, done)
        return place_of(message)

    shown = {"sheet": page, "message": message, **context}
    return answered(request, page, do, "reason") or _page(request, message, forum, shown)


def _page(request: HttpRequest, message: Post, forum: Forum, context: dict[str, Any]) -> HttpResponse:
    shown = {"name": shown_name(message.author), "thread": message.thread, "message_url": place_of(message)}
    status = 422 if context["sheet"].form.errors else 200
    return render(
        request, "training/discussions/message.html", {**shown, **where(forum), **context}, status=status
    )
