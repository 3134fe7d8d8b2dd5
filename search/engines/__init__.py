"""The engine that answers: chosen by settings, loaded at first use, one a process.

``SEARCH_ENGINE`` names an entry of ``SEARCH_ENGINES``::

    SEARCH_ENGINES = {
        "embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": VAR_DIR / "search"},
        "elasticsearch": {"CLASS": "search.engines.elasticsearch.ElasticsearchEngine", "HOSTS": […],
                          "COPY": "embedded"},
    }

``CLASS`` is a dotted path; the engine's ``from_options`` reads the rest. ``COPY`` names the entry whose
index on this host answers while the engine is away; an engine on a server may leave it out, and then is
never waited for twice either.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.base import SearchEngine
from search.engines.fallback import FallbackEngine
from search.registry import definition

_lock = Lock()
_loaded: dict[str, tuple[object, SearchEngine]] = {}
"""Name → what an engine was made for, and the engine."""


def get_engine() -> SearchEngine:
    """The engine visitors' searches go to; the same object as long as settings and definition are the same.

    Raises ``KeyError`` for an engine without an entry, ``RuntimeError`` without a definition.
    """
    name: str = settings.SEARCH_ENGINE
    options: dict[str, Any] = settings.SEARCH_ENGINES[name]
    primary = get_index(name)
    if "COPY" not in options:
        return primary
    copy = get_index(options["COPY"]) if options["COPY"] else None
    return _kept(f"{name} with a copy", (id(primary), id(copy)), lambda: FallbackEngine(primary, copy))


def get_index(name: str) -> SearchEngine:
    """The engine of an entry by itself, for whoever writes to its index, checks or rebuilds it."""
    options: dict[str, Any] = settings.SEARCH_ENGINES[name]
    wanted = definition()

    def make() -> SearchEngine:
        engine_class: type[SearchEngine] = import_string(options["CLASS"])
        return engine_class.from_options(wanted, options)

    return _kept(name, (id(wanted), repr(sorted(options.items()))), make)


def index_names() -> tuple[str, ...]:
    """The entries whose indexes are kept here: that of the engine that answers, and its copy."""
    copy = settings.SEARCH_ENGINES[settings.SEARCH_ENGINE].get("COPY")
    return (settings.SEARCH_ENGINE, copy) if copy else (settings.SEARCH_ENGINE,)


def _kept(name: str, signature: object, make: Callable[[], SearchEngine]) -> SearchEngine:
    with _lock:
        known = _loaded.get(name)
        if known is None or known[0] != signature:
            known = _loaded[name] = (signature, make())
        return known[1]
