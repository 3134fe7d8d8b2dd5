"""Why a file may not be kept."""

from __future__ import annotations


class Refused(Exception):
    """``code`` names the reason; the site has the words for each."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
