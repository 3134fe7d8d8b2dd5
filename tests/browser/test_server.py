"""What the server in front of the site does, asked over plain HTTP."""

from __future__ import annotations

import gzip
import http.client
import re
from urllib.parse import quote, urlsplit

import pytest

from tests.browser.site import Site


def get(
    site: Site, path: str, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_static_files_are_hashed_compressed_and_kept(site: Site) -> None:
    _, body = get(site, "/id/")
    path = re.search(rb'href="(/static/[^"]+\.css)"', body)
    assert path is not None
    response, css = get(site, path[1].decode(), {"Accept-Encoding": "gzip"})
    assert re.search(rb"\.[0-9a-f]{12}\.css$", path[1])
    assert response.status == 200
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
    assert b"{" in gzip.decompress(css)


@pytest.mark.parametrize("text", ["a" * 10_000, "é" * 5_000, "😀" * 2_500, '(:*?~^\\/"' * 1_000])
def test_a_query_of_ten_kilobytes_reaches_the_site(site: Site, text: str) -> None:
    response, body = get(site, f"/id/search/?q={quote(text)}")
    assert response.status in {200, 400}
    assert b"</html>" in body


def test_a_query_of_ten_megabytes_is_refused_by_the_server(site: Site) -> None:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    try:
        connection.request("GET", f"/id/search/?q={'a' * 10_000_000}")
        status = connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = 414  # the server answered and closed before it had read everything
    finally:
        connection.close()
    assert status == 414
    assert get(site, "/healthz")[0].status == 200
