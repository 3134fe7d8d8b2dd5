"""Ask two engines the same and say what differs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search.comparison import Difference, compare, sample
from search.engines import get_index
from search.engines.base import SearchEngine
from search.errors import SearchError
from search.types import SearchRequest

DIFFERENT, UNABLE = 1, 2
WORDS = (
    "pelayanan", "kesehatan", "antrean", "puskesmas", "sampah", "pendidikan", "desa", "aplikasi", "daring",
    "perizinan", "stunting", "ibu dan anak", "KIA", '"pelayanan terpadu"', "health", "waiting time", "school",
    "digital service", "waste", "citizens",
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Send the same searches to two engines and print what differs. Ends with 0 when nothing does but "
        "what the known English stems explain, 1 when something does, 2 when an engine doesn't answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = list(settings.SEARCH_ENGINES)
        parser.add_argument("engines", nargs="*", default=names[:2], help=f"two of: {', '.join(names)}")
        parser.add_argument("--words", action="append", help="words to search for instead of the usual ones")

    def handle(self, *args: Any, engines: list[str], words: list[str] | None, **options: Any) -> None:
        if len(engines) != 2 or not set(engines) <= set(settings.SEARCH_ENGINES):
            raise CommandError(f"Name two of: {', '.join(settings.SEARCH_ENGINES)}.")
        one, other = (get_index(name) for name in engines)
        try:
            requests = self._requests(one, words or WORDS)
            found = list(compare(one, other, requests))
        except SearchError as error:
            raise CommandError(str(error), returncode=UNABLE) from error
        for difference in found:
            self.stdout.write(self._line(difference))
        serious = sum(not difference.excused for difference in found)
        self.stdout.write(
            f"{len(requests)} searches on {one.name} and {other.name}: "
            f"{serious} differences, {len(found) - serious} of words whose stems are known to differ"
        )
        if serious:
            sys.exit(DIFFERENT)

    @staticmethod
    def _requests(engine: SearchEngine, words: Any) -> list[SearchRequest]:
        facets = engine.search(SearchRequest()).facets
        values = {code: [value.value for value in found.values] for code, found in facets.items()}
        return sample(engine.definition.facets, values, words)

    @staticmethod
    def _line(difference: Difference) -> str:
        request = difference.request
        asked = {"q": request.query, "sort": request.sort.value, **request.selections}
        query = " ".join(f"{name}={value}" for name, value in asked.items() if value)
        return f"{query}: {difference.what}{' (stems)' if difference.excused else ''}"
