"""Every role at every page of a project's papers and its offline form: matrix.yaml is what is right."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from catalogue.services.access import ensure_access
from tests import factories
from tests.training.worlds import ORACLE, ROLES, Refused, World, make_world, take_yes_back
from training.models import Certificate, Document, Project
from training.services import certificates, documents

pytestmark = pytest.mark.django_db
FORMS = {
    "revoke-certificate": ("revoke", {}),
    "reissue-certificate": ("reissue", {}),
    "revoke-document": ("withdraw", {"document": "document"}),
    "reissue-document": ("renew", {"document": "document"}),
}


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.VAR_DIR, settings.STAFF_MFA = tmp_path, "optional"
    factories.baseline()
    ensure_access()
    made = make_world("latsar-2021")
    for role in ("participant", "mentor", "coach"):
        user = made.people[role]
        user.first_name, user.last_name = role.capitalize(), "Bernama"
        user.save()
    made.cast.walk_to("passed")
    assert certificates.issue_waiting() == 1
    assert documents.issue_waiting() == 3
    made.project = made.cast.fresh()
    return made


def ask(world: World, role: str, action: str) -> Any:
    """The site's answer to somebody in ``role``."""
    client, user = Client(), world.people[role]
    if not isinstance(user, AnonymousUser):
        client.force_login(user)
    project = world.project
    base = f"/id/training/projects/{project.key}/"
    if action == "document":
        return client.get(f"{base}documents/{Document.objects.filter(project=project).first().key}.pdf")
    if action == "certificate":
        return client.get(f"{base}certificate.pdf")
    if action.startswith("offline"):
        Project.objects.filter(pk=project.pk).update(state_code="final-improvement")
        return client.get(f"{base}offline/form.docx" if action == "offline-form" else f"{base}offline/")
    if action == "reissue-certificate":
        Certificate.objects.filter(project=project).update(state="revoked")
    if action == "reissue-document":
        Document.objects.filter(project=project).update(state="revoked")
    what, more = FORMS[action]
    sent = {f"{what}-submit_key": str(uuid.uuid4()), f"{what}-reason": "Keliru"}
    sent |= {f"{what}-{name}": Document.objects.filter(project=project).first().pk for name in more}
    return client.post(f"/id/training/batches/{project.batch.key}/people/{project.key}/{what}/", sent)


def answer(world: World, role: str, action: str) -> int:
    """The status of the answer; nothing that was done stays."""
    status = 0
    try:
        with transaction.atomic():
            if role == "invited-mentor":
                take_yes_back(world)
            found = ask(world, role, action)
            found.close()
            status = found.status_code
            if status == 302 and "/accounts/login/" in found.headers["Location"]:
                status = 401
            raise Refused
    except Refused:
        return status


def test_every_role_at_every_paper(world: World):
    wrong = []
    for action, allowed in ORACLE["papers"].items():
        for role in ROLES:
            status = answer(world, role, action)
            signed_out = role in ("anonymous", "inactive")
            right = (200, 302) if role in allowed else (401,) if signed_out else (404,)
            if status not in right:
                wrong.append((action, role, status))
    assert wrong == []
