"""Notices in the reader's words, with the page they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training.models import Notice
from training.services import todo
from training.services.invitations import address


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words; ``url`` is a path on this site."""

    notice: Notice
    text: str
    url: str


def told(notices: Sequence[Notice], versions: todo.Versions) -> list[Told]:
    """``notices``, read with their projects, in the active language; one query at most."""
    versions.give(notice.project for notice in notices)
    return [Told(notice, words(notice), way(notice)) for notice in notices]


def words(notice: Notice) -> str:
    """What happened, in one sentence; it names nobody."""
    project = notice.project
    state = project.version.state(notice.state_code or project.state_code)
    values = {"project": project.title or _("Project without a title"), "state": state.label if state else ""}
    texts = {
        Notice.Kind.INVITED: _("You are invited to take part in “%(project)s”."),
        Notice.Kind.MOVED: _("“%(project)s” is now at “%(state)s”."),
        Notice.Kind.RETURNED: _("“%(project)s” was returned with notes: “%(state)s”."),
        Notice.Kind.REMINDER: _("“%(project)s” is waiting at “%(state)s”."),
        Notice.Kind.CERTIFICATE: _("The certificate for “%(project)s” is issued."),
        Notice.Kind.REVOKED: _("The certificate for “%(project)s” was revoked."),
        Notice.Kind.DOCUMENT: _("A document of “%(project)s” is signed."),
        Notice.Kind.WITHDRAWN: _("A document of “%(project)s” was revoked."),
        Notice.Kind.NAMELESS: _("A document of “%(project)s” can't be signed: a name is missing."),
    }
    return texts[Notice.Kind(notice.kind)] % values


def way(notice: Notice) -> str:
    """The path of the page it is about."""
    if notice.kind == Notice.Kind.INVITED:
        link = address(cause=notice.cause, language=get_language() or "id")
        return "/" + link.split("/", 3)[3]
    return reverse("training:project", args=[notice.project.key])
