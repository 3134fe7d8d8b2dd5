"""Reads forms with files: a file that is too large is dropped on its way in, what was typed stays."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy

from home.errors import Words, error_page
from training import uploads
from training.views.access import View

TOO_LARGE = Words(
    413,
    gettext_lazy("This was too much at once"),
    gettext_lazy("The files of one form together are larger than can be read. Nothing was saved."),
    gettext_lazy("Go back and choose fewer or smaller files."),
)
FIELDS = ("photo", "files")
"""The fields of ``files/inputs.html``. A browser sends one that nothing was chosen in as an empty text."""
_TIMES = 4
"""So many times as much as could be kept is read, to tell which file was too large; more is not."""


def takes_files(view: View) -> View:
    """Decorator, the outermost one: files of a form are bounded while they are read.

    Why some were dropped stands in ``refusals(request)``.
    """

    @wraps(view)
    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            if _length(request) > _TIMES * (settings.UPLOAD_FILES + 1) * settings.UPLOAD_FILE_BYTES:
                return error_page(request, TOO_LARGE)
            handler = _Bounded(request)
            request.upload_handlers = [handler]
            request._refused_files = handler.refused  # type: ignore[attr-defined]
        return view(request, **kwargs)

    return inner


def refusals(request: HttpRequest) -> list[str]:
    """Why files of the form were dropped while it was read, each with the remedy."""
    return list(getattr(request, "_refused_files", ()))


def chosen(request: HttpRequest) -> list[UploadedFile]:
    """The files of ``FIELDS`` that were kept."""
    return [file for name in FIELDS for file in request.FILES.getlist(name) if isinstance(file, UploadedFile)]


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class _Bounded(FileUploadHandler):
    """Writes each file into the folder of what comes in, no further than a file may be large."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.refused: list[str] = []
        self.kept = 0
        self.file: Any = None
        self.size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.kept >= settings.UPLOAD_FILES:
            self._refuse(uploads.too_many())
        try:
            self.file, self.size = uploads.new_file(), 0
        except OSError:
            self._refuse(uploads.no_room(self.file_name or ""))
        self.kept += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size = start + len(raw_data)
        if self.size > settings.UPLOAD_FILE_BYTES:
            self._refuse(uploads.too_large(self.file_name or ""))
        try:
            self.file.write(raw_data)
        except OSError:
            self._refuse(uploads.no_room(self.file_name or ""))

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.flush()
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()

    def _refuse(self, why: str) -> None:
        if why not in self.refused:
            self.refused.append(why)
        raise SkipFile
