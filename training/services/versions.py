"""Versions of a programme's rules: copied to be changed, and put in and out of use."""

from __future__ import annotations

from django.db import transaction

from training.errors import GuardsUnmet
from training.models import ProgrammeVersion
from training.workflow import problems

PARTS = ("states", "moves", "steps", "questions", "components", "criteria", "predicates")
_KEPT = (
    "programme_id",
    "needs_batch",
    "is_open_learning",
    "source",
    "passing_mark",
    "divergence",
    "scoring_source",
)


def is_frozen(version: ProgrammeVersion) -> bool:
    """Whether projects run by it, so that it stays as it is."""
    known = getattr(version, "has_projects", None)
    return version.projects.exists() if known is None else bool(known)


def copy(*, version: ProgrammeVersion, code: str, label_id: str, label_en: str) -> ProgrammeVersion:
    """A new version with the same rules, not confirmed and not offered to batches before somebody says so."""
    made = ProgrammeVersion(code=code, label_id=label_id, label_en=label_en, in_use=False, confirmed=False)
    for name in _KEPT:
        setattr(made, name, getattr(version, name))
    for part in PARTS:
        rows = list(getattr(version, part).all())
        for row in rows:
            row.pk, row.version_id = None, None
        setattr(made, part, rows)
    with transaction.atomic():
        made.save()
        _copy_sessions(version, made)
    return made


def _copy_sessions(version: ProgrammeVersion, made: ProgrammeVersion) -> None:
    for session in version.sessions.all():
        materials = list(session.materials.all())
        for material in materials:
            setattr(material, "pk", None)  # noqa: B010 - its type knows no row that is not saved
            setattr(material, "session_id", None)  # noqa: B010
        setattr(session, "pk", None)  # noqa: B010
        session.version = made
        setattr(session, "materials", materials)  # noqa: B010
        session.save()


def set_use(*, version: ProgrammeVersion, in_use: bool) -> None:
    """Offer the version to new batches, or no more; batches that run by it go on.

    Raises ``GuardsUnmet`` with what is wrong with its rules, for one that is to be offered.
    """
    if in_use and (wrong := problems(version)):
        raise GuardsUnmet(wrong)
    ProgrammeVersion.objects.filter(pk=version.pk).update(in_use=in_use)
