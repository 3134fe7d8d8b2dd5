"""JSON answers with a tag of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse

from catalogue.api.language import language_of

_plain = DjangoJSONEncoder().default


def answer(
    request: HttpRequest, payload: Mapping[str, Any], volatile: Mapping[str, Any] | None = None
) -> HttpResponse:
    """``payload`` as JSON with an entity tag (the site's middleware answers 304 to who has it already).

    ``volatile`` values are part of the answer and not of its tag: how long a search took differs every
    time and changes nothing.
    """
    content = _encode(payload)
    tag = hashlib.blake2b(content, digest_size=16).hexdigest()
    response = HttpResponse(_encode({**payload, **volatile}) if volatile else content, "application/json")
    response["ETag"] = f'"{tag}"'
    response["Content-Language"] = language_of(request)
    return response


def _encode(payload: Mapping[str, Any]) -> bytes:
    """Dates, numbers and labels as Django writes them."""
    return orjson.dumps(payload, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
