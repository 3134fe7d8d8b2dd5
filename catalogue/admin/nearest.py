"""Beside a record that is not published: the public records nearest to it, so that none is there twice."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from catalogue.models import InnovationPage
from catalogue.services import similar

COMPARED = ("title", "summary", "problem", "solution")
"""Texts of the record that are compared with the catalogue."""
MOST = 5


class NearestPanel(Panel):
    """Wherever the draft came from: an editor, a training, or somebody on their own. A note, not a bar."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "catalogue/admin/panels/nearest.html"

        def is_shown(self) -> bool:
            record = self.instance
            return record is not None and record.pk is not None and record.is_source and not record.live

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            try:
                return {**context, "nearest": nearest(self.instance), "available": True}
            except similar.Unavailable:
                return {**context, "nearest": [], "available": False}


def nearest(record: InnovationPage) -> list[similar.Near]:
    """The public records nearest to the texts of ``record``, itself left out; see ``similar.nearest``.

    Raises ``similar.Unavailable`` while search can't answer.
    """
    text = "\n".join(str(getattr(record, name) or "") for name in COMPARED)
    found = similar.nearest(text, language=record.locale.language_code, limit=MOST + 1)
    return [near for near in found if near.key != str(record.translation_key)][:MOST]
