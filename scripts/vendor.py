"""The few libraries a browser runs, kept here with version and checksum: no CDN, and no Node to run the site.

python scripts/vendor.py                       compares each file with its checksum
python scripts/vendor.py --update axe-core 4.14.1   fetches that version with npm and records it
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "scripts" / "vendor.json"


def read_manifest() -> list[dict[str, str]]:
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


def changed_files() -> list[str]:
    """The vendored files that are not what the manifest says."""
    return [
        entry["target"] for entry in read_manifest() if checksum(ROOT / entry["target"]) != entry["sha256"]
    ]


def update(package: str, version: str) -> None:
    """Fetch ``package`` and take the files the manifest names; raises SystemExit when it names none."""
    manifest = read_manifest()
    entries = [entry for entry in manifest if entry["package"] == package]
    if not entries:
        sys.exit(f"{MANIFEST.name} names no file of {package}: add package, source and target first.")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"{package}@{version}"]
        subprocess.run(command, cwd=folder, check=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        for entry in entries:
            target = ROOT / entry["target"]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(folder) / "package" / entry["source"], target)
            about = json.loads((Path(folder) / "package" / "package.json").read_text(encoding="utf-8"))
            entry.update(version=about["version"], licence=about["license"], sha256=checksum(target))
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--update", nargs=2, metavar=("PACKAGE", "VERSION"))
    arguments = parser.parse_args()
    if arguments.update:
        update(*arguments.update)
    changed = changed_files()
    for target in changed:
        print(f"{target} is not the file that was vendored")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
