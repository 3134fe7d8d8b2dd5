"""An editor's desk for tests: sign in, open the form of a record, change fields, press a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from accounts.models import User
from catalogue.models import InnovationPage
from tests import factories
from tests.signin import sign_in

FORM = "page-edit-form"
LISTING = "catalogue_innovationpage_modeladmin_index"
PUBLISH = {"action-publish": "action-publish"}
SUBMIT = {"action-submit": "action-submit"}
WITHDRAW = {"action-cancel-workflow": "action-cancel-workflow"}


class Desk:
    """One person at work in the admin."""

    def __init__(self, person: User) -> None:
        self.person = person
        self.client = sign_in(Client(), person)

    def get(self, name: str, *args: Any, **query: Any) -> Any:
        return self.client.get(reverse(name, args=args), query)

    def post(self, name: str, *args: Any, data: Any = None, **extra: Any) -> Any:
        return self.client.post(reverse(name, args=args), data or {}, **extra)

    def listing(self, **query: Any) -> Any:
        return self.get(LISTING, **query)

    def new(self, values: Mapping[str, Any], action: Mapping[str, str] | None = None, language="id") -> Any:
        """Fill the form of a new record and press a button (the draft's, unless ``action`` names one)."""
        index = factories.baseline().innovations[language]
        address = reverse("wagtailadmin_pages:add", args=["catalogue", "innovationpage", index.pk])
        return self.save((address, self.form_of(address)), values, action)

    def edit(
        self, page: InnovationPage, values: Mapping[str, Any], action: Mapping[str, str] | None = None
    ) -> Any:
        """Change the form of a record and press a button."""
        return self.save(self.opened(page), values, action)

    def opened(self, page: InnovationPage) -> tuple[str, QueryDict]:
        """The address of a record's form, and what is in it."""
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return address, self.form_of(address)

    def save(
        self,
        opened: tuple[str, QueryDict],
        values: Mapping[str, Any],
        action: Mapping[str, str] | None = None,
    ) -> Any:
        """Change a form that is open and press a button."""
        address, data = opened
        for name in [key for key in data if key.startswith("action-")]:
            del data[name]
        data["story-count"] = "0"  # drawn by the browser
        for name, value in {**values, **(action or {})}.items():
            data.setlist(name, list(value)) if isinstance(value, list | tuple) else data.__setitem__(
                name, value
            )
        return self.client.post(address, data)

    def form_of(self, address: str) -> QueryDict:
        response = self.client.get(address)
        assert response.status_code == 200, (response.status_code, response.get("Location"))
        return querydict_from_html(response.content.decode(), form_id=FORM)


def messages_of(response: Any) -> str:
    """What the person is told on the page that follows."""
    if response.status_code == 302:
        return " ".join(str(message) for message in response.wsgi_request._messages)
    return " ".join(str(message) for message in response.context["messages"])


def row(kind: str, number: int, **values: Any) -> dict[str, Any]:
    """The fields of one new row of an inline panel; ``number`` counts from 0."""
    fields = {f"{kind}-{number}-{name}": value for name, value in values.items()}
    return {
        f"{kind}-TOTAL_FORMS": number + 1,
        f"{kind}-{number}-ORDER": number + 1,
        f"{kind}-{number}-DELETE": "",
        f"{kind}-{number}-id": "",
        **fields,
    }


def errors_of(response: Any) -> dict[str, Any]:
    """Field → errors of the form a failed submission comes back with, rows as ``kind-number-field``."""
    form = response.context["form"]
    found = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
    for kind, formset in form.formsets.items():
        for number, sub in enumerate(formset.forms):
            found |= {f"{kind}-{number}-{name}": [str(e) for e in errs] for name, errs in sub.errors.items()}
    return found
