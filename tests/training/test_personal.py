"""What training holds about a person is given to them whole, and taken away but for what must stay true."""

from __future__ import annotations

import json

import pytest

from accounts import privacy
from tests.pages import unbroken
from tests.training.people import cast
from tests.training.test_certificates import issued, passed, pdf_of
from training.checking import Verdict, by_code, by_file
from training.models import Certificate, OriginalityCheck

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_everything_of_theirs_is_exported():
    certificate = issued()
    owner, project = certificate.project.owner, certificate.project
    OriginalityCheck.objects.create(project=project, text="Antrean daring", found=[])
    found = json.loads(json.dumps(privacy.export_of(owner)))["training"]
    [given] = found["certificates"]
    assert (given["number"], given["state"]) == (certificate.number, "issued")
    assert given["issued_at"] == certificate.issued_at.isoformat()
    assert "certificate" in {notice["kind"] for notice in found["notices"]}
    assert all(notice["at"] for notice in found["notices"])
    assert [asked["role"] for asked in found["invitations"]] == ["participant"]
    assert "Antrean daring" in [check["text"] for check in found["projects"][0]["originality_checks"]]


def test_an_erased_holder_keeps_a_file_that_verifies(client, django_capture_on_commit_callbacks):
    certificate = issued()
    content, project, name = pdf_of(certificate), certificate.project, certificate.file.name
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(user=project.owner)
    assert not certificate.file.storage.exists(name)
    certificate.refresh_from_db()
    assert (certificate.holder, certificate.file.name) == ("", "")
    assert by_file(content).verdict is Verdict.GENUINE
    assert by_code(certificate.code).verdict is Verdict.GENUINE
    page = unbroken(client.get(f"/id/verify/{certificate.code}/"))
    assert "Siti" not in page
    assert certificate.number in page
    client.force_login(project.batch.coordinators.get())
    assert client.get(f"/id/training/projects/{project.key}/certificate.pdf").status_code == 404
    assert "certificate.pdf" not in client.get(f"/id/training/projects/{project.key}/").content.decode()


def test_one_that_is_not_signed_yet_goes_as_a_whole():
    people = passed()
    privacy.erase(user=people.participant)
    assert not Certificate.objects.filter(project=people.project).exists()


def test_what_an_unpublished_idea_was_compared_by_goes_with_it():
    people = cast()
    OriginalityCheck.objects.create(project=people.project, text="Antrean daring", found=[])
    privacy.erase(user=people.participant)
    assert not OriginalityCheck.objects.filter(project=people.project).exists()
