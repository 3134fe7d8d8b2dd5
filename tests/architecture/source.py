"""The project's own Python, read as syntax trees."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENDORED = ("static/vendor/", "tests/vendor/")


@functools.cache
def tracked_files() -> tuple[Path, ...]:
    """What is in the repository, and what is about to be: ignored files are not the project's."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in output.split("\0") if name and not name.startswith(VENDORED)]
    return tuple(path for path in paths if path.is_file())


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".py" and "migrations" not in path.parts]


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@dataclass(frozen=True)
class Import:
    """One module that a file imports, absolute: ``from . import a`` in x/y.py is x.a."""

    line: int
    module: str
    only_for_types: bool


def imports(path: Path) -> Iterator[Import]:
    """Also those inside functions: they bind two packages just as much."""
    type_lines = type_checking_lines(tree(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(path, node)
            names = [f"{base}.{alias.name}".strip(".") for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(node.lineno, name, node.lineno in type_lines)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*package, *(node.module or "").split(".")]).strip(".")


def type_checking_lines(module: ast.Module) -> set[int]:
    """Lines under ``if TYPE_CHECKING:``."""
    blocks = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]
    return {line for block in blocks for line in range(block.lineno, (block.end_lineno or block.lineno) + 1)}
