"""Reading pages in tests: what is shown, how often the engine and the database are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape

from django.core.cache import caches
from django.db import connection

from search.engines import get_engine


def unbroken(response) -> str:
    """A page without the places where a long number may break."""
    return response.content.decode().replace("<wbr>", "")


def text_of(response) -> str:
    """The words of a page without its tags, spaces collapsed."""
    html = response.content.decode()
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(response) -> str:
    """The HTML of a page's main part."""
    found = re.search(r"<main\b.*?</main>", response.content.decode(), flags=re.DOTALL)
    assert found, "the page has no main part"
    return found[0]


def links_of(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', html)]


@dataclass
class Asked:
    """How often something was asked: engine searches, and database statements."""

    searches: int = 0
    statements: list[str] = field(default_factory=list)


@contextmanager
def counting(monkeypatch) -> Iterator[Asked]:
    """Count the engine calls and SQL statements of what runs inside, from an empty cache."""
    for kept in caches.all():
        kept.clear()
    asked = Asked()
    engine = get_engine()
    search = type(engine).search

    def counted(self, request):
        asked.searches += 1
        return search(self, request)

    def statement(execute, sql, params, many, context):
        asked.statements.append(sql)
        return execute(sql, params, many, context)

    with monkeypatch.context() as patch, connection.execute_wrapper(statement):
        patch.setattr(type(engine), "search", counted)
        yield asked
