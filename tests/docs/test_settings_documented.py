"""Every environment variable the project reads stands in docs/operations/settings.md, and no other does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "operations" / "settings.md"
NAME = re.compile(r"[A-Z][A-Z0-9_]+")
# The settings tell the tests' own runs apart by these; nobody sets them.
INTERNAL = {"PYTHONUNBUFFERED", "TEST_COUNTS"}


def sources() -> Iterator[Path]:
    yield from (ROOT / "innovation_site").rglob("*.py")
    yield from (ROOT / "scripts").rglob("*.py")
    yield ROOT / "manage.py"


def is_environment(node: ast.expr) -> bool:
    """Whether an expression is ``os.environ``, django-environ's ``env`` or one of their methods."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    attributes = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return bool(
        {"env", "environ", "_required", "number", "whole", "flag", "choice", "getenv"} & (names | attributes)
    )


def variables_read(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            named = [node.func, *node.args]
            keys = node.args
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            named, keys = [node.value], [node.slice]
        else:
            continue
        if any(is_environment(item) for item in named if not isinstance(item, ast.Call)):
            yield from (
                key.value
                for key in keys
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and NAME.fullmatch(key.value)
            )


def variables_of_compose() -> set[str]:
    """What the compose files take from the environment of who starts them."""
    files = sorted(ROOT.glob("compose*.yaml"))
    pattern = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)")
    return {name for path in files for name in pattern.findall(path.read_text(encoding="utf-8"))}


def all_variables_read() -> set[str]:
    read = {name for path in sources() for name in variables_read(path)}
    return (read | variables_of_compose()) - INTERNAL


def documented() -> set[str]:
    """The names in the first column of the page's tables."""
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}


def test_every_variable_that_is_read_is_documented() -> None:
    assert all_variables_read() - documented() == set()


def test_every_documented_variable_is_read() -> None:
    assert documented() - all_variables_read() == set()


def test_the_reader_finds_every_way_of_reading(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        'env.str("ONE"); os.environ["TWO"]; os.environ.get("THREE"); _required("FOUR", "x");'
        'read_number(os.environ, "FIVE", 1); env.list("SIX", default=[]);'
        'os.environ.setdefault("SEVEN", "x"); number("TEN", 1);'
        'whole("ELEVEN", 1); flag("TWELVE", default=True);'
        'other("NINE"); os.environ["EIGHT"] = "written"',
        encoding="utf-8",
    )
    assert set(variables_read(source)) == {
        "ONE",
        "TWO",
        "THREE",
        "FOUR",
        "FIVE",
        "SIX",
        "SEVEN",
        "TEN",
        "ELEVEN",
        "TWELVE",
    }


def test_the_contract_is_documented() -> None:
    promised = (
        "DATABASE_URL SEARCH_ENGINE ELASTICSEARCH_URL ELASTICSEARCH_API_KEY SECRET_KEY ALLOWED_HOSTS SITE_URL"
        " MEDIA_URL EMAIL_URL STAFF_MFA LOG_FORMAT OIDC_SERVER_URL OIDC_CLIENT_ID OIDC_CLIENT_SECRET"
    )
    assert set(promised.split()) <= documented()
