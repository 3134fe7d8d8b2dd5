"""What belongs to a project beside its steps: links to pages of their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from training import logbooks
from training.models import Project


@dataclass(frozen=True, slots=True)
class Room:
    """A page of a project."""

    label: str
    url: str


def of(project: Project) -> list[Room]:
    """The rooms of ``project``, for whoever may see it."""
    found = []
    if logbooks.is_kept(project):
        found.append(Room(_("Logbook"), reverse("training:logbook", args=[project.key])))
    found.append(Room(_("Files"), reverse("training:files", args=[project.key])))
    return found
