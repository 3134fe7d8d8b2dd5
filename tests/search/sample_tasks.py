"""Background tasks for the worker's tests."""

from __future__ import annotations

from django_tasks import task

done: list[str] = []


@task()
def note(word: str) -> None:
    done.append(word)


@task(priority=-1)
def unhurried(word: str) -> None:
    done.append(word)


@task()
def fail() -> None:
    raise ValueError("this one never works")
