"""Discussions: the topics of a place, a topic with its messages, and writing there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from training import forums
from training.forums import Forum
from training.models import Batch, Post, PostReport, Project, Session, Thread
from training.plain import linked, name_of
from training.services import discussions
from training.views.access import person, project_of, signed_in
from training.views.discussion_forms import MessageForm, TopicForm, abouts, choices
from training.views.kept import surviving
from training.views.project_pages import door_to_batch
from training.views.sent import Sheet, answered, sheet
from training.views.strict import must_name

TOPICS, A_PAGE = 20, 30


@dataclass(frozen=True, slots=True)
class Message:
    """A message as one reader sees it; ``judged`` says that they decide whether it may stay."""

    post: Post
    name: str
    html: SafeString
    answers: str
    named: str
    mine: bool
    judged: bool
    readable: bool
    editable: bool
    reports: Sequence[PostReport]


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def of_project(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    project, _roles = project_of(request, key, team=True)
    return _topics(request, _enter(project, person(request)))


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def of_batch(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    batch = Batch.objects.select_related("version", "institution").filter(key=key).first()
    return _topics(request, _enter(batch, person(request)))


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def of_session(request: HttpRequest, version: str, code: str) -> HttpResponse:
    rows = Session.objects.select_related("version").filter(version__is_open_learning=True)
    return _topics(request, _enter(rows.filter(version__code=version, code=code).first(), person(request)))


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A topic with its messages, an answer below what it answers; POST writes."""
    found, forum = thread_of(request, key)
    user = person(request)
    writes = forum.may_post and found.locked_at is None
    if request.method == "POST" and not writes:
        raise Http404
    chosen = _answered(request, found) if writes else None
    people = choices(forum, user, found) if writes else []
    page = sheet(
        request,
        lambda data, **more: MessageForm(people, data, **more),
        {"parent": chosen.key if chosen else None},
    )
    must_name(page.form, "mention", forums.known(forum.place))

    def post() -> str:
        draft = page.form.draft(page.submit_key)  # type: ignore[attr-defined]
        made = discussions.post(forum=forum, thread=found, author=user, draft=draft, parent=chosen)
        return place_of(made)

    return answered(request, page, post, "text") or _thread_page(request, found, forum, page, chosen)


@signed_in
@require_safe
def find(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """To a message, on whichever page of its topic it stands."""
    message, _forum = message_of(request, key)
    return HttpResponseRedirect(place_of(message))


def thread_of(request: HttpRequest, key: uuid.UUID) -> tuple[Thread, Forum]:
    """The topic, and its place as the person may use it. Raises ``Http404`` where they may not read."""
    rows = Thread.objects.select_related(
        "batch__institution", "batch__version", "project__version", "project__batch", "project__owner",
        "session__version", "started_by",
    )  # fmt: skip
    found = rows.filter(key=key).first()
    forum = forums.forum_of(found, person(request)) if found else None
    if found is None or forum is None:
        raise Http404
    return found, forum


def message_of(request: HttpRequest, key: uuid.UUID) -> tuple[Post, Forum]:
    """The message, and its place. Raises ``Http404`` where the person may not read."""
    found = Post.objects.select_related("author", "parent").filter(key=key).first()
    if found is None:
        raise Http404
    found.thread, forum = thread_of(
        request, Thread.objects.values_list("key", flat=True).get(pk=found.thread_id)
    )
    return found, forum


def place_of(message: Post) -> str:
    """The address of a message: its topic, the page it is on, and its anchor."""
    root = message.parent_id or message.pk
    before = _ordered(message.thread).filter(Q(root__lt=root) | Q(root=root, pk__lt=message.pk)).count()
    number, address = before // A_PAGE + 1, reverse("training:thread", args=[message.thread.key])
    return f"{address}{f'?page={number}' if number > 1 else ''}#p-{message.key}"


def shown_name(user: User) -> str:
    return name_of(user, nameless=_("somebody without a name"), former=_("former participant"))


def _enter(place: forums.Place | None, user: User) -> Forum:
    forum = forums.forum(place, user) if place is not None else None
    if forum is None:
        raise Http404
    return forum


def _topics(request: HttpRequest, forum: Forum) -> HttpResponse:
    user = person(request)
    if request.method == "POST" and not forum.may_post:
        raise Http404
    people = choices(forum, user) if forum.may_post else []
    page = sheet(
        request,
        lambda data, **more: TopicForm(people, forum.place, data, **more),
        {"about": request.GET.get("about", "")},
    )
    must_name(page.form, "mention", forums.known(forum.place))

    def begin() -> str:
        step, _colon, question = page.given.get("about", "").partition(":")
        made = discussions.begin(
            forum=forum,
            author=user,
            title=page.given["title"],
            draft=page.form.draft(page.submit_key),  # type: ignore[attr-defined]
            step=step,
            question=question,
        )
        messages.success(request, _("Your topic is open."))
        return reverse("training:thread", args=[made.thread.key])

    return answered(request, page, begin) or _topics_page(request, forum, page)


def _topics_page(request: HttpRequest, forum: Forum, page: Sheet) -> HttpResponse:
    rows = forum.threads.select_related("started_by").annotate(number=Count("posts"))
    rows = rows.order_by("-last_post_at", "-pk")
    step = request.GET.get("step", "")[:40]
    if step and isinstance(forum.place, Project):
        rows = rows.filter(step=step)
    labels = dict(abouts(forum.place))
    listed = Paginator(rows, TOPICS).get_page(request.GET.get("page"))
    topics = [
        {
            "thread": row,
            "name": shown_name(row.started_by),
            "about": labels.get(f"{row.step}:{row.question}" if row.question else row.step, ""),
        }
        for row in listed
    ]
    batch = door_to_batch(forum.place, person(request)) if isinstance(forum.place, Project) else None
    context = {
        "forum": forum,
        "batch_door": batch,
        "step": step,
        "list": listed,
        "topics": topics,
        "sheet": page,
        **where(forum),
    }
    return render(
        request, "training/discussions/topics.html", context, status=422 if page.form.errors else 200
    )


def _answered(request: HttpRequest, found: Thread) -> Post | None:
    """The message that is answered. Raises ``Http404`` for one of another topic, or out of sight."""
    text = (request.POST if request.method == "POST" else request.GET).get("parent", "")
    try:
        key = uuid.UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error
    if key is None:
        return None
    row = (
        Post.objects.select_related("author", "parent").filter(thread=found, key=key, hidden_at=None).first()
    )
    if row is None:
        raise Http404
    return row


def _ordered(found: Thread) -> QuerySet[Post]:
    return Post.objects.filter(thread=found).annotate(root=Coalesce("parent_id", "pk")).order_by("root", "pk")


def _thread_page(
    request: HttpRequest, found: Thread, forum: Forum, page: Sheet, answered: Post | None
) -> HttpResponse:
    rows = _ordered(found).select_related("author", "parent__author").prefetch_related("mentions__user")
    if forum.moderates:
        waiting = PostReport.objects.filter(settled_at=None)
        rows = rows.prefetch_related(Prefetch("reports", waiting, to_attr="open_reports"))
    listed = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    user = person(request)
    judges_own = forum.moderates and not forums.is_judged_by_others(forum.place, user.pk)
    context = {
        "forum": forum,
        "thread": found,
        "list": listed,
        "rows": [_message(row, user, forum, found, judges_own=judges_own) for row in listed],
        "sheet": page,
        "writes": forum.may_post and found.locked_at is None,
        "answered": shown_name(answered.author) if answered else "",
        **where(forum),
    }
    return render(
        request, "training/discussions/thread.html", context, status=422 if page.form.errors else 200
    )


def _message(row: Post, user: User, forum: Forum, found: Thread, *, judges_own: bool) -> Message:
    mine = row.author_id == user.pk
    judged = forum.moderates and (judges_own or not mine)
    return Message(
        post=row,
        name=shown_name(row.author),
        html=linked(row.text),
        answers=shown_name(row.parent.author) if row.parent else "",
        named=", ".join(shown_name(mention.user) for mention in row.mentions.all()),
        mine=mine,
        judged=judged,
        readable=row.hidden_at is None or mine or forum.moderates,
        editable=forum.may_post and found.locked_at is None and discussions.may_edit(row, user),
        reports=getattr(row, "open_reports", ()) if judged else (),
    )


def where(forum: Forum) -> dict[str, Any]:
    """How the place is called, the way back to it, and the address of its topics."""
    place = forum.place
    if isinstance(place, Project):
        back = reverse("training:project", args=[place.key])
        return {
            "project": place,
            "place": place.title or _("Project without a title"),
            "back": back,
            "topics_url": reverse("training:project-discussion", args=[place.key]),
        }
    if isinstance(place, Batch):
        back = reverse("training_batches:board", args=[place.key]) if forum.moderates else ""
        here = reverse("training:batch-discussion", args=[place.key])
        leads = place if forum.moderates else None
        return {"place": str(place), "back": back, "topics_url": here, "leads_batch": leads}
    names = [place.version.code, place.code]
    return {
        "place": place.label,
        "back": reverse("training:session", args=names),
        "topics_url": reverse("training:session-discussion", args=names),
    }
