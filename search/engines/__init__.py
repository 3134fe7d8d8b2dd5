"""The engine that answers: chosen by settings, loaded at first use, one a process.

``SEARCH_ENGINE`` names an entry of ``SEARCH_ENGINES``::

    SEARCH_ENGINES = {
        "embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": VAR_DIR / "search"},
    }

``CLASS`` is a dotted path; the engine's ``from_options`` reads the rest.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.base import SearchEngine
from search.registry import definition

_lock = Lock()
_loaded: dict[object, SearchEngine] = {}
"""At most one engine, under the settings and definition it was made for."""


def get_engine() -> SearchEngine:
    """The engine of the current settings and definition; the same object as long as both are the same.

    Raises ``KeyError`` for an engine without an entry, ``RuntimeError`` without a definition.
    """
    options: dict[str, Any] = settings.SEARCH_ENGINES[settings.SEARCH_ENGINE]
    wanted = definition()
    signature = (id(wanted), repr(sorted(options.items())))
    with _lock:
        if signature not in _loaded:
            engine_class: type[SearchEngine] = import_string(options["CLASS"])
            engine = engine_class.from_options(wanted, options)
            _loaded.clear()
            _loaded[signature] = engine
        return _loaded[signature]
