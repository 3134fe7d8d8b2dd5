"""What the audit rows of logbook and files say; they stand in the logbook, not in a project's history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

ENTRY_ADDED, ENTRY_CHANGED, ENTRY_CONFIRMED = "log-add", "log-change", "log-confirm"
REMARKED, REASON_GIVEN, REASON_AGREED = "log-remark", "log-reason", "log-agree"
FILE_ADDED, FILE_REMOVED = "file-add", "file-remove"
LABELS: dict[str, Any] = {
    ENTRY_ADDED: gettext_lazy("An entry was added to the logbook"),
    ENTRY_CHANGED: gettext_lazy("An entry of the logbook was changed"),
    ENTRY_CONFIRMED: gettext_lazy("An entry of the logbook was confirmed"),
    REMARKED: gettext_lazy("A note was written in the logbook"),
    REASON_GIVEN: gettext_lazy("Reasons for missing evidence were given"),
    REASON_AGREED: gettext_lazy("The mentor agreed to a reason for missing evidence"),
    FILE_ADDED: gettext_lazy("Files were added"),
    FILE_REMOVED: gettext_lazy("A file was removed"),
}
