"""ZIP archives that leave while they are being written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The same for every part, so that the same content gives the same archive."""
_AT_ONCE = 256 * 1024
"""Bytes that are packed before they leave."""


class Outlet(RawIOBase):
    """Takes what an archive writes until it is fetched; it cannot seek, so nothing is written twice."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def fetch(self) -> bytes:
        found = bytes(self._written)
        self._written.clear()
        return found

    @property
    def waiting(self) -> int:
        """Bytes that were written and not fetched."""
        return len(self._written)


class StreamedArchive:
    """A ZIP archive whose parts are added one by one; every method gives the bytes that may leave now."""

    def __init__(self) -> None:
        self._outlet = Outlet()
        self._archive = ZipFile(self._outlet, "w", ZIP_DEFLATED)
        self.digests: dict[str, str] = {}
        """SHA-256 of each part by its name, in the order of adding."""

    def add(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Add a part. Raises ``ValueError`` for a name that is there already or would leave the archive."""
        if name in self.digests or name.startswith("/") or {"..", ""} & set(name.split("/")):
            raise ValueError(name)
        info, digest = ZipInfo(name, _MOMENT), hashlib.sha256()
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
        with self._archive.open(info, "w", force_zip64=True) as part:
            for chunk in chunks:
                digest.update(chunk)
                part.write(chunk)
                if self._outlet.waiting > _AT_ONCE:
                    yield self._outlet.fetch()
        self.digests[name] = digest.hexdigest()
        yield self._outlet.fetch()

    def close(self) -> bytes:
        """The archive's end, without which no program takes it for a whole one."""
        self._archive.close()
        return self._outlet.fetch()
