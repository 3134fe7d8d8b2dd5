"""Puts an invented record into words: a title, a summary and a story that fit its facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from catalogue.demo.themes import Means, Phrase, Theme, words

LONGEST_TITLE = 120
_SKIPPED = frozenset(
    {
        "dan",
        "di",
        "untuk",
        "yang",
        "dengan",
        "lewat",
        "bagi",
        "oleh",
        "per",
        "dari",
        "pada",
        "ke",
        "tanpa",
        "sebagai",
    }
)
_SYLLABLE = re.compile(r"[^aeiou]{0,2}[aeiou][bcdfghjklmnpqrstvwxyz]?")


@dataclass(frozen=True)
class Subject:
    """What a record is about, and where."""

    theme: Theme
    service: Phrase
    means: Means
    unit: str
    unit_in_full: str
    place: str
    place_en: str
    district: str
    users: str
    year: int
    indicator: str


class Writer:
    """Writes one record; every draw comes from ``chance``."""

    def __init__(self, subject: Subject, chance: Random) -> None:
        self.subject = subject
        self.chance = chance
        partner = chance.choice(words()["partners"])
        self.slots: dict[str, Any] = {
            "unit": subject.unit,
            "place": subject.place,
            "district": subject.district,
            "users": subject.users,
            "users_cap": capital(subject.users),
            "service": subject.service.id,
            "means": subject.means.id,
            "Means": capital(subject.means.id),
            "year": subject.year,
            "partner": partner,
            "partner_cap": capital(partner),
            "indicator": subject.indicator,
            "indicator_cap": capital(subject.indicator),
            "verb": chance.choice(words()["verbs"]),
            "hours": chance.randint(2, 6),
            "percent": chance.randint(18, 48),
            "villages": chance.randint(3, 24),
            "count": chance.randint(8, 60) * 10,
            "months": chance.randint(2, 9),
        }

    def title(self) -> str:
        """A name as agencies give them: a coined one, an acronym, or plain words."""
        subject, draw = self.subject, self.chance.random()
        means, service = capital(subject.means.id), subject.service.id
        if draw < 0.22:
            title = f"{acronym(self._coined(), means)}: {means} {subject.unit_in_full}"
        elif draw < 0.48:
            title = f"{self._coined()}: {means} untuk {service}"
        elif draw < 0.68:
            title = f"{self._coined()} {subject.unit_in_full}"
        elif draw < 0.86:
            title = f"{means} di {subject.unit_in_full}"
        else:
            title = f"{capital(service)} melalui {subject.means.id} di {subject.unit_in_full}"
        return title if len(title) <= LONGEST_TITLE else f"{self._coined()} {subject.place}"

    def summary(self) -> str:
        step = self.fill(self.chance.choice(self.subject.theme.steps))
        return capital(self._one("summaries", step=step))

    def problem(self) -> str:
        """What was wrong, why, and what came of it: three to six sentences."""
        theme, chance = self.subject.theme, self.chance
        parts = [
            *chance.sample(theme.problems, chance.choice((1, 1, 2))),
            *chance.sample(words()["contexts"], chance.choice((1, 1, 2))),
            chance.choice(theme.causes),
            chance.choice(theme.effects),
        ]
        return self._text(parts)

    def solution(self) -> str:
        """How it works: what was introduced, its steps and how the team went about it."""
        theme, chance = self.subject.theme, self.chance
        parts = [
            chance.choice(words()["openings"]),
            *chance.sample(theme.steps, min(chance.choice((2, 2, 3)), len(theme.steps))),
            *chance.sample(words()["teams"], chance.choice((2, 2, 3))),
        ]
        return self._text(parts)

    def some(self, name: str, share: float, count: int = 1) -> str:
        """``count`` sentences of a pool in a ``share`` of all records, nothing in the others."""
        if self.chance.random() >= share:
            return ""
        return self._text(self.chance.sample(words()[name], count))

    def one(self, name: str) -> str:
        return capital(self._one(name))

    def english(self) -> tuple[str, str]:
        """Title and summary of the English page."""
        subject, pool = self.subject, words()["english"]
        slots = {
            "place": subject.place_en,
            "service": subject.service.en,
            "means": subject.means.en,
            "Means": capital(subject.means.en),
        }
        title, summary = (self.chance.choice(pool[name]).format(**slots) for name in ("titles", "summaries"))
        return capital(title)[:LONGEST_TITLE], capital(summary)

    def fill(self, sentence: str) -> str:
        return sentence.format_map(self.slots)

    def _one(self, name: str, **more: str) -> str:
        return str(self.chance.choice(words()[name])).format_map(self.slots | more)

    def _text(self, sentences: Sequence[str]) -> str:
        return " ".join(capital(sentence.format_map(self.slots)) for sentence in sentences)

    def _coined(self) -> str:
        chance, pool = self.chance, words()
        word = chance.choice(self.subject.theme.words)
        draw = chance.random()
        if draw < 0.45:
            return f"{chance.choice(pool['prefixes'])} {word}"
        if draw < 0.75:
            return f"{word} {chance.choice(pool['endings'])}"
        return f"{chance.choice(pool['prefixes'])} {word} {chance.choice(pool['endings'])}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def acronym(name: str, expansion: str) -> str:
    """The first syllables of what it stands for, as agencies like to name things; else ``name``."""
    found = [_SYLLABLE.match(word.lower()) for word in expansion.split() if word.lower() not in _SKIPPED]
    made = "".join(match.group() for match in found[:4] if match).upper()
    return made if 4 <= len(made) <= 12 and made.isalpha() else name
