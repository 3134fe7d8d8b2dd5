"""Projects of the demonstration that stand still or need time, and one whose innovation is followed up."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from training.models import Holder, Project
from training.services import follow_ups, more_time, standing

_NAMESPACE = uuid.UUID("7d2f4c5e-94a1-4f0b-9a55-2b0f6a1d8e34")
SCENES: Mapping[str, tuple[tuple[str, str, Holder, str], ...]] = {
    "latsar-2021": (
        ("issue", "postpone", Holder.COORDINATOR, "Cuti melahirkan sampai bulan depan."),
        ("report", "suspect", Holder.COACH, "Dua bagian laporan sama dengan laporan angkatan sebelumnya."),
    ),
    "pkp-2020": (
        ("idea", "ask-to-leave", Holder.PARTICIPANT, "Dimutasi ke unit kerja lain."),
        ("design", "withdraw", Holder.COORDINATOR, "Mengundurkan diri dengan surat instansi."),
    ),
}
"""By programme: the state whose project it is, what is done about it, by whom, and why."""
NEED_TIME: Mapping[str, str] = {
    "latsar-2021": "design-revision",
    "pka-2020": "implementation",
}
"""By programme: the state of the project whose participant asks for more time."""
MORE_DAYS = timedelta(days=14)
PUBLISHED_BEFORE = timedelta(days=181)


def build(projects: Mapping[str, Project], programme: str, cast: Mapping[str, User]) -> None:
    """Do it by the services, as the people would; ``projects`` are those of a batch by their state."""
    for state, code, role, reason in SCENES.get(programme, ()):
        project = projects[state]
        by = _who(project, role, cast)
        key = uuid.uuid5(_NAMESPACE, f"{project.key} {code}")
        standing.act(project=project, code=code, by=by, reason=reason, submit_key=key)
    if needy := projects.get(NEED_TIME.get(programme, "")):
        last = max(needy.due_on or timezone.localdate(), timezone.localdate())
        more_time.ask(
            project=needy,
            due_on=last + MORE_DAYS,
            reason="Data dari puskesmas pembantu baru lengkap pekan depan.",
            by=needy.owner,
            submit_key=uuid.uuid5(_NAMESPACE, f"{needy.key} more-time"),
        )
    if published := projects.get("published"):
        # It is live where a curator is among the demo accounts; the worker then asks what became of it.
        long_ago = timezone.now() - PUBLISHED_BEFORE
        Project.objects.filter(pk=published.pk, state_code="published").update(entered_at=long_ago)
        follow_ups.ask_due()


def _who(project: Project, role: Holder, cast: Mapping[str, User]) -> User:
    if role == Holder.PARTICIPANT:
        return project.owner
    if role == Holder.COORDINATOR:
        return cast["coordinator"]
    assigned = project.assignments.filter(role=role, until=None).select_related("user").first()
    return assigned.user if assigned else cast["coordinator"]
