"""Ends with 0 when the web process of this container answers; what the image's HEALTHCHECK runs."""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import urlsplit


def answers() -> bool:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit():
        sys.exit(f"PORT={text} is not a number: set it to one such as 8000.")
    port = int(text)
    # Asked for by its public name: the site answers to no other than those of ALLOWED_HOSTS.
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc or f"127.0.0.1:{port}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers() else 1)
