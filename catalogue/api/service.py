"""The API as one object: its addresses, its errors, its description."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from catalogue.api import problems
from catalogue.api.documentation import Documentation
from catalogue.api.throttling import AddressRate


class CatalogueAPI(NinjaAPI):
    """A NinjaAPI whose errors are problem documents and whose description is the same in every language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(docs=Documentation(), docs_url="docs", throttle=[AddressRate()], **options)
        problems.install(self)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """OpenAPI 3.1, in English."""
        with translation.override("en"):
            schema = super().get_openapi_schema(**options)
            for path in schema["paths"].values():
                path.pop("head", None)  # the same as GET, without a body
                for operation in path.values():
                    _describe_errors(operation)
            plain = json.dumps(schema, cls=DjangoJSONEncoder)
        schema.update(json.loads(plain))
        return schema


def _describe_errors(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            answer["content"] = {problems.CONTENT_TYPE: content["application/json"]}
