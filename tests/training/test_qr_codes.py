"""The QR code on a paper leads to the check of that paper, on every page that goes to a signer."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from tests.pages import unbroken
from tests.training.printed import qr_codes, words
from tests.training.test_certificates import issued, pdf_of
from tests.training.test_documents import GIVEN, named
from training.drawing import draw
from training.models import Certificate, Document, DocumentKind
from training.services import documents

pytestmark = pytest.mark.django_db
SITE = "https://inovasi.example.go.id"


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR, settings.SITE_URL = tmp_path, SITE


def test_a_certificates_leads_to_its_check(client):
    certificate = issued()
    address = f"{SITE}/id/verify/{certificate.code}/"
    assert qr_codes(pdf_of(certificate)) == [[address]]
    assert address in words(pdf_of(certificate))
    answer = client.get(urlsplit(address).path)
    assert answer.status_code == 200
    assert certificate.number in unbroken(answer)


def test_every_documents_leads_to_its_own(client):
    people = named("graduation")
    assert documents.issue_waiting() == len(GIVEN)
    found = list(Document.objects.filter(project=people.project))
    assert {one.kind for one in found} == set(DocumentKind)
    for document in found:
        address = f"{SITE}/id/verify/{document.code}/"
        pages = qr_codes(pdf_of(document))
        assert pages == [[address]] * len(pages), document.kind
        assert pages, document.kind
        assert document.number in unbroken(client.get(urlsplit(address).path))


@pytest.mark.parametrize("is_demo", [False, True], ids=["real", "sample"])
def test_neither_a_long_address_nor_what_lies_behind_hides_it(is_demo):
    address = f"https://{'katalog-inovasi.' * 6}example.go.id/id/verify/ABCD-EFGH-JKLM-NPQR/"
    paper = Certificate(code="ABCD-EFGH-JKLM-NPQR", holder="Siti", title="Antrean", is_demo=is_demo)
    paper.number, paper.programme, paper.reserved_at = "00001/2026", "Latsar", timezone.now()
    assert qr_codes(draw(paper, address=address)) == [[address]]
