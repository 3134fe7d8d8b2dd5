"""The pages that belong to a project beside its steps, as its own page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from training import logbooks
from training.models import Batch, Holder, Project, SeminarPlace
from training.services import bookings, consultations
from training.views import follow_ups


@dataclass(frozen=True, slots=True)
class RoomLink:
    """A page of the project; ``note`` says how it stands, ``waits`` whether something waits there."""

    label: str
    url: str
    note: str = ""
    waits: bool = False


def rooms(project: Project, roles: frozenset[Holder], reader: User) -> list[RoomLink]:
    """The project's further pages for ``reader``, who has ``roles`` in it; a few queries."""
    found: list[RoomLink] = []
    if project.batch_id is not None:
        found += [_consultations(project, reader), _seminars(project)]
    if logbooks.is_kept(project):
        found.append(RoomLink(_("Logbook"), reverse("training:logbook", args=[project.key])))
    found.append(RoomLink(_("Files"), reverse("training:files", args=[project.key])))
    if project.version.all_components:
        found.append(RoomLink(_("Scores"), reverse("training:scores", args=[project.key])))
    found += [RoomLink(text, url) for text, url in follow_ups.links(project, roles)]
    if project.batch is not None:
        found += _of_batch(project, project.batch, roles)
    return found


def _of_batch(project: Project, batch: Batch, roles: frozenset[Holder]) -> list[RoomLink]:
    url = reverse("training:standing", args=[project.key])
    found = [RoomLink(_("Does the project go on?"), url, str(project.get_standing_display()))]
    if Holder.COORDINATOR in roles:
        found += [
            RoomLink(_("Dossier of the project"), reverse("training:dossier", args=[project.key])),
            RoomLink(
                _("The person in the batch"),
                reverse("training_batches:person", args=[batch.key, project.key]),
            ),
        ]
    return found


def _consultations(project: Project, reader: User) -> RoomLink:
    waiting = consultations.waiting_for(reader).filter(project=project).count()
    note = ngettext("%(count)d waits for you", "%(count)d wait for you", waiting) % {"count": waiting}
    url = reverse("training:consultations", args=[project.key])
    return RoomLink(_("Consultations"), url, note if waiting else "", bool(waiting))


def _seminars(project: Project) -> RoomLink:
    places = SeminarPlace.objects.filter(project=project).select_related("seminar")
    slots = sorted((place.seminar for place in places), key=lambda slot: slot.starts_at)
    coming = next((slot for slot in slots if not slot.is_over), None)
    note = bookings.when(coming) if coming else ""
    return RoomLink(_("Seminars"), reverse("training:seminars", args=[project.key]), note)
