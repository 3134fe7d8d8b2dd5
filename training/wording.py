"""Notices in the reader's words, with the page they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training import paper_words
from training.models import Notice
from training.services import discussion_notices, todo
from training.services.invitations import address
from training.services.mails import page_of
from training.services.notices import standing_of


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words; ``url`` is a path on this site."""

    notice: Notice
    text: str
    url: str


def told(notices: Sequence[Notice], versions: todo.Versions) -> list[Told]:
    """``notices``, read with their projects, in the active language; two queries at most."""
    versions.give(notice.project for notice in notices)
    documents = paper_words.documents_of(notices)
    return [Told(notice, words(notice, documents.get(notice.pk, "")), way(notice)) for notice in notices]


def words(notice: Notice, document: str) -> str:
    """What happened, in one sentence; it names nobody. ``document`` is the kind it is about, if any."""
    project = notice.project
    state = project.version.state(notice.state_code or project.state_code)
    values = {
        "project": project.title or _("Project without a title"),
        "state": state.label if state else "",
        "what": standing_of(notice),
        "document": paper_words.named(document),
        "part": paper_words.part_of(notice),
    }
    texts = {
        Notice.Kind.INVITED: _("You are invited to take part in a project."),
        Notice.Kind.MOVED: _("“%(project)s” is now at “%(state)s”."),
        Notice.Kind.RETURNED: _("“%(project)s” was returned with notes: “%(state)s”."),
        Notice.Kind.REMINDER: _("“%(project)s” is waiting at “%(state)s”."),
        Notice.Kind.CERTIFICATE: _("The certificate for “%(project)s” is issued."),
        Notice.Kind.REVOKED: _("The certificate for “%(project)s” was revoked."),
        Notice.Kind.CONSULTATION: _("A consultation on “%(project)s” waits for your confirmation."),
        Notice.Kind.DECLINED: _("A consultation on “%(project)s” was not confirmed: see why."),
        Notice.Kind.SEMINAR: _("The seminar of “%(project)s” was set or moved: see when and where."),
        Notice.Kind.SEMINAR_OFF: _("The seminar of “%(project)s” was called off for you."),
        Notice.Kind.DIVERGENCE: _("The examiners' scores of “%(project)s” lie far apart."),
        Notice.Kind.RESULT: _("The result of “%(project)s” can be read."),
        Notice.Kind.REOPENED: _("The result of “%(project)s” was opened again."),
        Notice.Kind.APPEAL: _("An appeal against the result of “%(project)s” is waiting for an answer."),
        Notice.Kind.ANSWERED: _("Your appeal against the result of “%(project)s” was answered."),
        Notice.Kind.LOGBOOK: _("The logbook of “%(project)s” had no entry for a week."),
        Notice.Kind.LOG_QUESTION: _("There is a new note in the logbook of “%(project)s”."),
        Notice.Kind.STANDING: _("“%(project)s”: %(what)s."),
        Notice.Kind.FOLLOW_UP: _("What became of “%(project)s”? A few questions wait for you."),
        **discussion_notices.TEXTS,
        Notice.Kind.UNSIGNED: _(
            "Papers of “%(project)s” and its batch wait: the key to sign with is missing."
        ),
    }
    text = paper_words.sentence(notice, document) or texts[Notice.Kind(notice.kind)]
    return text % values


def way(notice: Notice) -> str:
    """The path of the page it is about."""
    if notice.kind in discussion_notices.TEXTS:
        return discussion_notices.path_of(notice, get_language() or "id")
    if notice.kind == Notice.Kind.INVITED:
        link = address(cause=notice.cause, language=get_language() or "id")
        return "/" + link.split("/", 3)[3]
    if notice.kind == Notice.Kind.SEMINAR_OFF:
        return reverse("training:home")
    own = paper_words.way(notice)
    return own or reverse("training:project", args=[notice.project.key]) + page_of(notice)
