"""The pages around a page being shown: those above it, and the other languages of it and of them.

Its way, its privacy and its language links ask about the same few pages. A lineage reads them in two queries
and belongs to one request: nothing is kept longer, so what an editor makes private is private at once.
"""

from __future__ import annotations

from functools import cached_property

from django.db.models import QuerySet
from wagtail.models import Page, PageViewRestriction

_COLUMNS = ("path", "depth", "title", "url_path", "alias_of", "translation_key", "live")


class Lineage:
    """What is known around ``page``; empty for one that was never saved."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def above(self) -> list[Page]:
        """The pages above, root first."""
        line = _line(self.page.path)[:-1]
        return [self._kin[path] for path in line if path in self._kin]

    def translation(self, code: str) -> Page | None:
        """The nearest public page in the language ``code``: a translation of the page or of one above it."""
        pages = [page for page in self._kin.values() if page.live and page.locale.language_code == code]
        public = {page.translation_key: page for page in pages if not self._guards(page.path)}
        keys = [self.page.translation_key, *(page.translation_key for page in reversed(self.above))]
        return next((public[key] for key in keys if key in public), None)

    def restrictions(self, page: Page) -> QuerySet[PageViewRestriction] | None:
        """What guards ``page``, which is the lineage's own or a translation of it.

        ``None`` where that can't be told from here: a page above it that is not among the known ones, or an
        alias, which is guarded as the page it repeats.
        """
        line = [self._kin.get(path) for path in _line(page.path)]
        if any(above is None or above.alias_of_id for above in line):
            return None
        found = self._guards(page.path)
        objects = PageViewRestriction.objects
        return objects.filter(pk__in=found) if found else objects.none()

    @cached_property
    def _kin(self) -> dict[str, Page]:
        """The page, those above it and every translation of them by their place in the tree."""
        if not self.page.pk:
            return {}
        line = Page.objects.filter(path__in=_line(self.page.path)).order_by()
        pages = Page.objects.filter(translation_key__in=line.values("translation_key")).order_by()
        pages = pages.select_related("locale").only(*_COLUMNS, "locale__language_code")
        return {page.path: page for page in pages}

    @cached_property
    def _restricted(self) -> list[tuple[int, str]]:
        """Every restriction on one of these pages or on any page above them, with its place in the tree."""
        places = {place for path in self._kin for place in _line(path)}
        found = PageViewRestriction.objects.filter(page__path__in=places)
        return list(found.values_list("pk", "page__path"))

    def _guards(self, path: str) -> list[int]:
        return [pk for pk, place in self._restricted if path.startswith(place)]


def _line(path: str) -> list[str]:
    """The places in the tree from its root to ``path``."""
    return [path[:end] for end in range(Page.steplen, len(path or "") + 1, Page.steplen)]
