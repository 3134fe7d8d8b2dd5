"""Which package may know which: home, accounts <- search <- catalogue <- training."""

from __future__ import annotations

import pytest

from tests.architecture.source import ROOT, imports, python_files, relative

# Each package and those of ours that it may import. A new top-level package needs a line here, and an ADR.
MAY_IMPORT = {
    "innovation_site": {"innovation_site"},
    "home": {"home", "accounts"},
    "accounts": {"accounts", "home"},
    "search": {"search", "home", "accounts"},
    "catalogue": {"catalogue", "search", "home", "accounts"},
    "training": {"training", "catalogue", "search", "home", "accounts"},
    "dashboards": {"dashboards", "training", "catalogue", "search", "home", "accounts"},
}
# Where the packages are put together.
COMPOSITION = {"innovation_site/urls.py", "innovation_site/api.py"}
# What a package may see of another that it reaches only by its services.
ONLY_THROUGH = {("training", "catalogue"): "catalogue.services"}


def packages_on_disk() -> set[str]:
    return {path.relative_to(ROOT).parts[0] for path in python_files() if path.name == "__init__.py"} - {
        "tests",
        "scripts",
    }


def wrong_imports(package: str) -> list[str]:
    found = []
    for path in python_files():
        name = relative(path)
        if not name.startswith(f"{package}/") or name in COMPOSITION:
            continue
        for item in imports(path):
            target = item.module.split(".")[0]
            if target not in MAY_IMPORT:
                continue
            door = ONLY_THROUGH.get((package, target))
            if target not in MAY_IMPORT[package] or (door and not f"{item.module}.".startswith(f"{door}.")):
                found.append(f"{name}:{item.line} imports {item.module}")
    return found


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_packages_import_only_downwards(package: str) -> None:
    assert wrong_imports(package) == []


def test_every_package_has_its_place() -> None:
    assert packages_on_disk() <= set(MAY_IMPORT)


def test_application_code_never_imports_tests_or_scripts() -> None:
    found = [
        f"{relative(path)}:{item.line} imports {item.module}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in MAY_IMPORT
        for item in imports(path)
        if item.module.split(".")[0] in {"tests", "scripts"}
    ]
    assert found == []


def test_scripts_need_only_the_standard_library() -> None:
    """`make run` starts before anything is installed."""
    import sys

    known = sys.stdlib_module_names | {"scripts"}
    found = [
        f"{relative(path)}:{item.line} imports {item.module}"
        for path in python_files()
        if relative(path).startswith(("scripts/tooling/", "scripts/dev.py"))
        for item in imports(path)
        if item.module.split(".")[0] not in known
    ]
    assert found == []
