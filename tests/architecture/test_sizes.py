"""Files under 400 lines, functions under 40: what is longer holds more than one idea."""

from __future__ import annotations

from tests.architecture.source import functions, python_files, relative, tracked_files

FILE_LINES = 400
FUNCTION_LINES = 40
SOURCES = {".py", ".html", ".css", ".js", ".txt"}
# Compiled by `make requirements`.
GENERATED = {"requirements.txt", "requirements-dev.txt"}


def test_files_are_short() -> None:
    long = {}
    for path in tracked_files():
        if path.suffix not in SOURCES or path.name in GENERATED or {"migrations", "data"} & set(path.parts):
            continue
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines >= FILE_LINES:
            long[relative(path)] = lines
    assert long == {}


def test_functions_are_short() -> None:
    long = {}
    for path in python_files():
        for function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines >= FUNCTION_LINES:
                long[f"{relative(path)}:{function.lineno} {function.name}"] = lines
    assert long == {}
