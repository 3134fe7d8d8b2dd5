"""Another process in which an editor works: it reads one order a line, and answers each when it is done.

Run as ``python -m tests.faults.editor``, on the database and the engine of its environment.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback

import django

django.setup()

from catalogue.models import InnovationPage  # noqa: E402
from search.engines import get_index  # noqa: E402
from search.models import PendingChange  # noqa: E402
from tests.truth import assert_index_tells_the_truth  # noqa: E402


def page(slug: str) -> InnovationPage:
    return InnovationPage.objects.get(slug=slug)


def publish(slug: str, title: str) -> None:
    changed = page(slug)
    changed.title = title
    changed.save_revision().publish()


def timed(slug: str, title: str) -> float:
    """Publish, and the seconds it took."""
    began = time.monotonic()
    publish(slug, title)
    return time.monotonic() - began


def unpublish(slug: str) -> None:
    page(slug).unpublish()


def delete(slug: str) -> None:
    page(slug).delete()


def owed() -> int:
    """Changes that the cluster is still to be told of."""
    return PendingChange.objects.filter(follower__engine="elasticsearch").count()


def truth() -> None:
    assert_index_tells_the_truth(get_index("elasticsearch"))


if __name__ == "__main__":
    logging.disable(
        logging.INFO
    )  # nobody reads the log of one who publishes for minutes: its pipe would fill
    print("ready", flush=True)
    for line in sys.stdin:
        order, *arguments = line.rstrip("\n").split("|")
        try:
            answer = globals()[order](*arguments)
        except Exception:
            traceback.print_exc()
            print("failed", flush=True)
            raise
        print("done" if answer is None else answer, flush=True)
