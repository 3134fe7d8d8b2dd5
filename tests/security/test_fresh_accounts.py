"""What somebody sees who has just signed up: what visitors see, and pages that any account may open."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "warga@example.org"


@pytest.fixture
def account() -> Client:
    """Signed up, with the address confirmed by the link in the mail, and signed in."""
    client = Client()
    secret = {"password1": factories.PASSWORD, "password2": factories.PASSWORD}
    client.post(reverse("account_signup"), {"email": EMAIL, **secret})
    link = re.search(r"https?://[^/\s]+(/accounts/confirm-email/\S+)", mail.outbox[0].body)
    assert link
    client.post(link[1])
    client.post(reverse("account_login"), {"login": EMAIL, "password": factories.PASSWORD})
    assert client.session["_auth_user_id"] == str(User.objects.get(email=EMAIL).pk)
    return client


def test_it_has_no_rights(account):
    person = User.objects.get(email=EMAIL)
    assert not person.is_staff
    assert person.get_all_permissions() == set()


def test_drafts_stay_hidden_even_in_a_section_for_any_account(account):
    section = factories.section(private=True)
    shown = factories.innovation("Untuk yang masuk", parent=section)
    assert account.get(shown.url).status_code == 200
    draft = factories.innovation("Konsep", parent=section, state="draft", revision=True)
    assert account.get(draft.url).status_code == 404


def test_the_admin_is_closed(account):
    draft = factories.innovation(state="draft", revision=True)
    page = [draft.pk]
    for address in (
        reverse("wagtailadmin_home"),
        reverse("catalogue_innovationpage_modeladmin_index"),
        reverse("catalogue_tag_suggestions"),
        reverse("innovation_chooser:choose"),
        reverse("wagtaildocs:index"),
        reverse("wagtailadmin_pages:edit", args=page),
        reverse("wagtailadmin_pages:view_draft", args=page),
        reverse("wagtailadmin_pages:history", args=page),
        reverse("wagtailadmin_pages:revisions_view", args=[draft.pk, draft.latest_revision_id]),
    ):
        for answer in (account.get(address), account.post(address)):
            assert answer.status_code in {302, 403, 404}, address
            assert draft.title not in answer.content.decode()
