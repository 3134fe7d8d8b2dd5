"""What runs an event loop of its own, in a thread that has none: a browser's test may leave one in ours."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def apart(work: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """``work(*args, **named)``, and what it gives or raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *args, **named).result()
