#!/usr/bin/env python
"""Django's command line for the catalogue."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innovation_site.settings.dev")
    os.environ.setdefault("SQLITE_TIMEOUT", "20")  # nobody waits for a command or the worker as for a page
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The settings are not complete. {error}")


if __name__ == "__main__":
    main()
