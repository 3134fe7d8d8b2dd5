"""Wagtail's choosers without scripts in the page, so that the admin's content policy can refuse them all.

Wagtail puts ``<script>new PageChooser("id", {…});</script>`` behind a chooser. A nonce would not help: the
same HTML comes inside JSON for modals and inside templates for new rows, long after the page with its nonce.
So the call is written as data and static/js/admin/start.js makes it; templates/wagtailadmin/ does the same
for panels and dates.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser

CALL = re.compile(r"(?:new )?(?P<name>[A-Za-z_$][\w$.]*)\((?P<arguments>.*)\);?", re.DOTALL)


def marker(script: str) -> SafeString:
    """The one call in ``script`` as data. Raises ValueError when it is not a call with plain values."""
    call = CALL.fullmatch(script.strip())
    if call is None:
        raise ValueError(f"not a call with plain values: {script}")
    arguments = json.loads(f"[{call['arguments']}]")
    return format_html(
        '<span hidden data-controller="site-start" data-site-start-name-value="{}"'
        ' data-site-start-arguments-value="{}"></span>',
        call["name"],
        json.dumps(arguments),
    )


def render(
    self: BaseChooser, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> SafeString:
    """As Wagtail's, with a marker for its script."""
    identity = (attrs or {})["id"]
    data = self.get_value_data(value)
    widget = self.render_html(name, data, attrs)
    return format_html("{}{}", widget, marker(self.render_js_init(identity, name, data)))


BaseChooser.render = render
