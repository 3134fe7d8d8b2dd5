"""The file of a certificate goes to its holder and the coordinators, and to nobody else."""

from __future__ import annotations

import uuid

import pytest

from tests.training.people import person
from tests.training.test_certificates import issued, pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


class TestDownload:
    def test_its_holder_and_the_coordinator_get_the_file_and_nobody_else(self, client):
        certificate = issued()
        project = certificate.project
        path = f"/id/training/projects/{project.key}/certificate.pdf"
        assert client.get(path).status_code == 302
        assigned = {row.role: row.user for row in project.assignments.all()}
        for user, status in (
            (project.owner, 200),
            (project.batch.coordinators.get(), 200),
            (assigned["mentor"], 404),
            (assigned["examiner"], 404),
            (person("lain"), 404),
        ):
            client.force_login(user)
            answer = client.get(path)
            assert answer.status_code == status, user
            if status == 200:
                assert b"".join(answer.streaming_content) == pdf_of(certificate)
                assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_a_revoked_one_is_not_handed_out_and_its_holder_reads_why(self, client):
        certificate = issued()
        project = certificate.project
        client.force_login(project.batch.coordinators.get())
        page = f"/id/training/batches/{project.batch.key}/people/{project.key}/"
        sent = {"revoke-submit_key": str(uuid.uuid4()), "revoke-reason": "Salah nama"}
        assert client.post(f"{page}revoke/", sent).status_code == 302
        client.force_login(project.owner)
        assert client.get(f"/id/training/projects/{project.key}/certificate.pdf").status_code == 404
        assert "Salah nama" in client.get(f"/id/training/projects/{project.key}/").content.decode()

    def test_a_host_without_the_file_says_so_and_tells_staff(self, client, caplog):
        certificate = issued()
        certificate.file.storage.delete(certificate.file.name)
        client.force_login(certificate.project.owner)
        answer = client.get(f"/id/training/projects/{certificate.project.key}/certificate.pdf")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        [record] = [record for record in caplog.records if record.name == "training.views.certificates"]
        assert record.levelname == "ERROR"
        assert "PRIVATE_ROOT" in record.getMessage()
        assert certificate.holder not in record.getMessage()
