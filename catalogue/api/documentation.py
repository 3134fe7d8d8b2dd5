"""The page that explains the API: drawn on the server from the OpenAPI document, without a script."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from catalogue.api.language import speaking


class Documentation(DocsBase):
    """Every operation with its parameters, answers and an address to try."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema()
        operations = [
            _operation(path, details)
            for path, methods in schema["paths"].items()
            for details in methods.values()
        ]
        context = {
            "info": schema["info"],
            "openapi_url": self.get_openapi_url(api, kwargs),
            "operations": operations,
            "shapes": [_shape(name, shape) for name, shape in schema["components"]["schemas"].items()],
        }
        with speaking(request) as language:
            response = render(request, "pages/api/docs.html", context)
        response["Content-Language"] = language
        return response


def _operation(path: str, details: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": details["operationId"],
        "path": path,
        "summary": details["summary"],
        "description": details.get("description", ""),
        "parameters": [_parameter(item) for item in details["parameters"]],
        "answers": [_answer(status, item) for status, item in details["responses"].items()],
        "try_it": path if "{" not in path else "",
    }


def _parameter(item: dict[str, Any]) -> dict[str, Any]:
    schema = item["schema"]
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return {
        "name": item["name"],
        "place": item["in"],
        "required": item["required"],
        "kind": _kind(schema),
        "description": item.get("description", ""),
        "values": values,
        "default": schema.get("default"),
    }


def _answer(status: int | str, item: dict[str, Any]) -> dict[str, Any]:
    content = item.get("content", {})
    media = next(iter(content), "")
    return {
        "status": status,
        "description": item["description"],
        "media": media,
        "shape": _kind(content[media]["schema"]) if media else "",
    }


def _shape(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {"name": field, "kind": _kind(schema), "description": schema.get("description", "")}
        for field, schema in shape.get("properties", {}).items()
    ]
    return {"name": name, "fields": fields}


def _kind(schema: dict[str, Any]) -> str:
    """A type in a few words: ``string or null``, ``list of Coded``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or json.dumps(schema))
