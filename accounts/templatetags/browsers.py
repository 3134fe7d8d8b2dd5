"""Browsers as people know them."""

from __future__ import annotations

from django import template

register = template.Library()

# Each names itself also after those below it, which it claims to be.
_BROWSERS = {
    "Edg/": "Edge", "OPR/": "Opera", "SamsungBrowser/": "Samsung Internet", "Firefox/": "Firefox",
    "FxiOS/": "Firefox", "CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Macintosh": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


@register.filter
def browser(agent: str) -> str:
    """Program and system that ``agent`` (the header User-Agent) names, as in ``Firefox · Android``.

    What names neither is given as it is, its first 60 letters.
    """
    found = [_first(names, agent) for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or agent[:60]


def _first(names: dict[str, str], agent: str) -> str:
    return next((name for sign, name in names.items() if sign in agent), "")
