"""Fields for the many rows of one form."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import FieldPanel


class RowField(FieldPanel):
    """A plain field of an inline row, with the least that Wagtail needs around it.

    A version's form has some 1 300 fields, and drawing them is what its page costs: Wagtail's own way takes
    half as long again. It has the buttons for comments besides, which only pages can have.
    """

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name, **{"disable_comments": True} | options)

    class BoundPanel(FieldPanel.BoundPanel):
        template_name = "training/admin/row_field.html"
