"""What must not get into a public record: numbers and addresses of people, and who took part."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from training.errors import Reason
from training.models import Assignment, Project, Question, TeamMember
from training.services.proposals import OUTCOMES, REPLICATES, VALUES

_NIP = re.compile(r"(?<!\d)(19|20)\d{6} ?(19|20)\d{4} ?[12] ?\d{3}(?!\d)")
"""The number of a civil servant tells date of birth, appointment and sex (18 digits)."""
_NIK = re.compile(r"(?<!\d)[1-9]\d{15}(?!\d)")
"""The number of a resident (16 digits)."""
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]|[\w.+-]{64}@[\w-]{1,63}\.[\w.]")
"""Looked for from the beginning of a word on, and its parts as long as RFC 5321 and 1035 let them be: a long
answer without one is read once."""
_PHONE = re.compile(r"(?<![\d.,])(?:\+62[ -]?|0)8\d{1,2}[ -]?\d{3,4}[ -]?\d{3,5}(?!\d)")
_OF_OUTCOMES = ("name", "unit")
"""The cells of an outcome that are words; the others become numbers or nothing."""
_WORDS_OF_A_NAME = 2
"""A single word may be anything; a name is looked for from this many words on."""


def personal_data(project: Project) -> list[str]:
    """Why the answers that become public may not, each with the remedy; nothing when they may."""
    names = _names(project)
    reasons: list[str] = []
    for question in _public_questions(project):
        shown = _public_text(question, project.answers.get(question.code))
        if holds_personal_data(shown):
            text = _(
                "“%(question)s” holds a personal number or address (NIP, NIK, e-mail, phone). The"
                " catalogue is public: take it out."
            )
            reasons.append(_reason(question, text))
        if any(name.search(shown) for name in names):
            text = _(
                "“%(question)s” names somebody of this project. The catalogue is public: take the name out."
            )
            reasons.append(_reason(question, text))
    return reasons


def holds_personal_data(text: str) -> bool:
    """Whether ``text`` holds a NIP, a NIK, an e-mail address or a phone number."""
    return any(found.search(text) for found in (_NIP, _NIK, _MAIL, _PHONE))


def without_nip(text: str) -> str:
    """``text`` with a word in the place of every NIP and NIK."""
    return _NIK.sub("[NIK]", _NIP.sub("[NIP]", text))


def _reason(question: Question, text: str) -> Reason:
    return Reason(text % {"question": question.label}, step=question.step, question=question.code)


def _public_questions(project: Project) -> list[Question]:
    asked = [question for step in project.version.all_steps for question in step.all_questions]
    return [question for question in asked if question.becomes or question.code == "title"]


def _public_text(question: Question, answer: object) -> str:
    """What of an answer visitors will read: of values and copied records no words, of outcomes some."""
    if question.becomes in (VALUES, REPLICATES):
        return ""
    if isinstance(answer, list):
        cells = _OF_OUTCOMES if question.becomes == OUTCOMES else None
        return "\n".join(
            " ".join(str(row[name]) for name in row if cells is None or name in cells) for row in answer
        )
    return str(answer or "")


def _names(project: Project) -> list[re.Pattern[str]]:
    people = [assigned.user for assigned in Assignment.objects.filter(project=project).select_related("user")]
    team = TeamMember.objects.filter(project=project, accepted_at__isnull=False).select_related("user")
    people += [member.user for member in team]
    names = {" ".join(person.get_full_name().split()) for person in [project.owner, *people]}
    return [
        re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        for name in sorted(names)
        if len(name.split()) >= _WORDS_OF_A_NAME
    ]
