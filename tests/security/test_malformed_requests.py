"""Requests that make no sense are answered 400 or 404 all over the admin, and a fault of ours stays a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, reverse
from wagtail.models import Locale

from catalogue.models import InnovationPage
from catalogue.services.access import ensure_access
from tests import factories
from tests.catalogue.desk import LISTING, SUBMIT, errors_of

pytestmark = pytest.mark.django_db

HUGE = "9" * 30
REFUSED = {400, 404}


@pytest.fixture
def submitted(editor):
    ensure_access()
    page = factories.innovation("Antrean", state="draft", owner=editor.person, revision=True)
    done = editor.edit(page, {}, SUBMIT)
    assert done.status_code == 302, errors_of(done)
    return InnovationPage.objects.get(pk=page.pk)


def admin_routes(patterns: list, before: str = "") -> Iterator[str]:
    """Every address below /admin/ as Django writes it, arguments as ``<converter:name>``."""
    for item in patterns:
        route = before + re.sub(r"\(\?P(<\w+>)[^)]*\)|[\^$]|\\Z", r"\1", str(item.pattern))
        if isinstance(item, URLResolver):
            yield from admin_routes(item.url_patterns, route)
        elif route.startswith("admin/"):
            yield "/" + route


ROUTES = sorted(set(admin_routes(get_resolver().url_patterns)))


@pytest.mark.parametrize("value", [HUGE, "abc"])
@pytest.mark.parametrize("who", ["curator", "editor"])
def test_no_argument_of_any_address_is_a_fault(who, value, request):
    desk = request.getfixturevalue(who)
    desk.client.raise_request_exception = False
    filled = {re.sub(r"<[^>]+>", value, route) for route in ROUTES if "<" in route}
    assert len(filled) > 100
    failed = [address for address in filled if desk.client.get(address).status_code >= 500]
    assert failed == []


PARAMETERS = [
    "/admin/bulk/wagtailcore/page/publish/?id={}",
    "/admin/bulk/wagtailcore/page/delete/?id=1&id={}",
    "/admin/bulk/wagtailcore/page/move/?id=all&childOf={}",
    "/admin/bulk/wagtailimages/image/delete/?id={}",
    "/admin/bulk/wagtaildocs/document/add_tags/?id={}",
    "/admin/choose-page/chosen-multiple/?id={}",
    "/admin/images/chooser/chosen-multiple/?id={}",
    "/admin/documents/chooser/chosen-multiple/?id={}",
]


@pytest.mark.parametrize("address", PARAMETERS)
def test_a_key_that_no_row_can_have_is_no_fault(curator, address):
    assert curator.client.get(address.format(HUGE)).status_code < 500


@pytest.mark.parametrize("value", ["abc", "1,abc", "''"])
@pytest.mark.parametrize("address", PARAMETERS)
def test_a_key_that_is_none_is_refused_and_noted(curator, caplog, address, value):
    assert curator.client.get(address.format(value)).status_code in REFUSED
    assert "malformed request" in caplog.text


@pytest.mark.parametrize("value", ["abc", HUGE, "-1", ""])
@pytest.mark.parametrize(
    "address",
    [
        reverse(LISTING) + "?p={0}&o={0}&agency={0}",
        "/admin/agency_chooser/?p={0}&q={0}",
        "/admin/innovation_chooser/chosen-multiple/?id={0}",
        "/admin/choose-page/?page_type={0}&target_pages={0}",
        "/admin/choose-external-link/?parent_page_id={0}",
        "/admin/documents/chooser/results/?p={0}&collection_id={0}",
        "/admin/pages/?p={0}&ordering={0}&owner={0}&site={0}",
        "/admin/reports/site-history/?user={0}&object_type={0}",
        "/admin/images/?p={0}&ordering={0}&collection_id={0}&next={0}",
    ],
)
def test_odd_parameters_are_never_a_fault(curator, address, value):
    assert curator.client.get(address.format(value)).status_code < 500


def test_a_lone_quotation_mark_is_no_fault_of_the_search(curator):
    assert curator.get("wagtailadmin_explore_root", q="\"'((*").status_code < 500


def test_the_root_of_the_tree_is_not_moved_and_not_locked(curator):
    for route in ("lock", "unlock", "set_page_position"):
        assert curator.post(f"wagtailadmin_pages:{route}", 1).status_code == 404
    index = factories.baseline().innovations["id"]
    assert curator.post("wagtailadmin_pages:move_confirm", 1, index.pk).status_code == 404
    assert curator.get("wagtailadmin_choose_page_chosen_multiple", id=1).status_code == 404
    assert curator.get("wagtailadmin_choose_page_chosen_multiple", id=index.pk).status_code == 200


@pytest.mark.parametrize("back", ["abc", "[", '{"a":', HUGE])
def test_a_way_back_that_leads_nowhere_undoes_the_action(curator, back):
    page = factories.innovation(state="draft", revision=True)
    assert curator.post("wagtailadmin_pages:lock", page.pk, data={"next": back}).status_code == 400
    page.refresh_from_db()
    assert not page.locked


def test_a_form_without_its_field(curator, editor):
    for desk in (curator, editor):
        assert desk.post("wagtailadmin_choose_page_external_link").status_code == 400


@pytest.mark.parametrize("address", ["wagtailadmin_dismissibles", "wagtailadmin_home"])
@pytest.mark.parametrize("body", [b"[1", b"\xff", b"", b"null"])
def test_a_body_that_is_no_json(curator, address, body):
    curator.client.raise_request_exception = False
    answer = curator.client.generic("PATCH", reverse(address), body, content_type="application/json")
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "story",
    [
        {"story-count": "abc"},
        {"story-count": "1"},
        {"story-count": "1", "story-0-type": "paragraph", "story-0-deleted": "", "story-0-order": "x"},
        *(
            {
                "story-count": "1",
                "story-0-type": "paragraph",
                "story-0-deleted": "",
                "story-0-order": "0",
                "story-0-value": value,
            }
            for value in ("[", "null", "1", '{"blocks": 1}', '{"blocks": [1], "entityMap": {}}')
        ),
    ],
)
def test_a_story_that_no_browser_sends(curator, story):
    page = factories.innovation(state="draft", revision=True)
    assert curator.edit(page, story).status_code < 500


@pytest.mark.parametrize("extra", ["x", "[", "", "1", "[]"])
def test_a_refused_request_keeps_nothing(submitted, curator, extra):
    before = submitted.revisions.count()
    answer = curator.edit(
        submitted,
        {"summary": "Diubah", "workflow-action-extra-data": extra},
        {"action-workflow-action": "true", "workflow-action-name": "reject"},
    )
    assert answer.status_code == 400
    assert submitted.revisions.count() == before
    assert submitted.workflow_in_progress


class TestFaultsOfOurs:
    """They stay what they are: the value they stumble over was not sent."""

    @pytest.mark.parametrize(
        "fault",
        [
            ValueError("Field 'id' expected a number but got 'abc'."),
            ValueError("too many values to unpack"),
            OverflowError("Python int too large to convert to SQLite INTEGER"),
            TypeError("'NoneType' object is not iterable"),
        ],
    )
    def test_are_a_500(self, curator, monkeypatch, fault):
        def fail(*args: object, **kwargs: object) -> HttpResponse:
            raise fault

        monkeypatch.setattr("catalogue.admin.home.SummaryPanel.render_html", fail)
        curator.client.raise_request_exception = False
        assert curator.get("wagtailadmin_home", q="abd").status_code == 500

    @pytest.mark.parametrize(
        ("fault", "query"),
        [
            (Locale.DoesNotExist("Locale matching query does not exist."), {}),
            (InnovationPage.page_ptr.RelatedObjectDoesNotExist("It has no page_ptr."), {"q": "1"}),
        ],
    )
    def test_so_is_a_row_that_nobody_asked_for(self, curator, monkeypatch, fault, query):
        def fail(*args: object, **kwargs: object) -> HttpResponse:
            raise fault

        monkeypatch.setattr("catalogue.admin.home.SummaryPanel.render_html", fail)
        curator.client.raise_request_exception = False
        assert curator.get("wagtailadmin_home", **query).status_code == 500
