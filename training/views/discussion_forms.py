"""The forms of discussions: a message, a topic, and whom and what they may name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from training import forums
from training.forums import Forum
from training.models import Project, Thread
from training.models.discussions import TITLE_LENGTH
from training.services import discussions

LISTED = 200
"""People to choose from; where there are more, their names are typed."""
_AREA = {"rows": 5, "dir": "auto"}


class MessageForm(forms.Form):
    """A message, and somebody it is for."""

    text = forms.CharField(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs=_AREA),
        help_text=gettext_lazy(
            "Plain text; web addresses become links. Write @ and a whole name to draw that person's"
            " attention, or choose them below."
        ),
        strip=False,
    )
    mention = forms.ChoiceField(label=gettext_lazy("Draw somebody's attention"), required=False)
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, people: Sequence[tuple[str, str]], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["mention"].choices = [("", _("nobody")), *people]  # type: ignore[attr-defined]
        if not people:
            del self.fields["mention"]

    def draft(self, key: uuid.UUID) -> discussions.Draft:
        chosen = self.cleaned_data.get("mention")
        return discussions.Draft(
            self.cleaned_data["text"], frozenset({int(chosen)} if chosen else ()), submit_key=key
        )


class TopicForm(MessageForm):
    """A new topic with its first message; in a project it may be about an answer."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    about = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    field_order = ("title", "about", "text", "mention")

    def __init__(
        self, people: Sequence[tuple[str, str]], place: forums.Place, *args: Any, **more: Any
    ) -> None:
        super().__init__(people, *args, **more)
        del self.fields["parent"]
        choices = abouts(place)
        self.fields["about"].choices = [("", _("the whole project")), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["about"]


def choices(forum: Forum, user: User, found: Thread | None = None) -> list[tuple[str, str]]:
    """Whom a message may name, by name; nobody where there are too many to list."""
    rows = forums.people(forum.place, found).exclude(pk=user.pk).exclude(first_name="", last_name="")
    named = list(rows.order_by("first_name", "last_name", "pk")[: LISTED + 1])
    return [] if len(named) > LISTED else [(str(one.pk), one.get_full_name()) for one in named]


def abouts(place: forums.Place) -> list[tuple[str, str]]:
    """Steps and questions that a topic of a project may be about."""
    if not isinstance(place, Project):
        return []
    found = []
    for step in place.version.all_steps:
        found.append((step.code, step.label))
        found += [
            (f"{step.code}:{question.code}", f"{step.label} – {question.label}")
            for question in step.all_questions
        ]
    return found
