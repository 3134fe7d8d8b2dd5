"""Finds a Python that can run the site, then hands over to scripts/tooling.

This file alone keeps to a syntax that old interpreters parse: what they print is one line with the remedy,
not a SyntaxError. Everything else may use Python 3.11.
"""

import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def suitable(version):
    return OLDEST <= tuple(version[:2]) <= NEWEST


def version_of(interpreter):
    """(major, minor) of another interpreter, or (0, 0) when it doesn't start (a pyenv shim may not)."""
    try:
        out = subprocess.check_output(
            [interpreter, "-c", "import sys; print('%d %d' % sys.version_info[:2])"], stderr=subprocess.STDOUT
        )
        major, minor = out.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0, 0


def find_other():
    candidates = [os.path.join(ROOT, ".venv", "bin", "python")]
    candidates += ["python3.%d" % minor for minor in (13, 12, 11, 14)]
    for candidate in candidates:
        if suitable(version_of(candidate)):
            return candidate
    return None


def main():
    if not suitable(sys.version_info):
        other = find_other()
        if other is None:
            sys.exit(
                "This needs Python 3.11 to 3.14; python3 here is %d.%d. Install one (Debian or Ubuntu: "
                "apt install python3.12 python3.12-venv; macOS: brew install python@3.13), or name it: "
                "make run PYTHON=/path/to/python3.12" % tuple(sys.version_info[:2])
            )
        os.execvp(other, [other, os.path.abspath(__file__)] + sys.argv[1:])
    sys.path[0] = ROOT
    from scripts.tooling.cli import main as run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
