"""Nobody examines within their own agency, also where an agency becomes known, or another one, later."""

from __future__ import annotations

import uuid

import pytest

from catalogue.services.codes import agency_id
from tests.training.coordinators import address, signed_in
from tests.training.people import Cast, cast, person
from tests.training.test_examiners import choose, group_of
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, BatchExaminer, Project
from training.services import coordination, examiners
from training.services.enrolment import Person

pytestmark = pytest.mark.django_db
OWN, OTHER = "gov-35.10", "gov-33"


@pytest.fixture
def people() -> Cast:
    made = cast()
    Assignment.objects.filter(role="examiner").delete()
    return made


def assign(people: Cast, examiner: BatchExaminer) -> None:
    examiners.assign(
        project=people.fresh(), examiner=examiner, by=people.coordinator, submit_key=uuid.uuid4()
    )


def set_agency(people: Cast, code: str) -> None:
    coordination.set_agency(
        project=people.fresh(), agency_id=agency_id(code) or 0, by=people.coordinator, submit_key=uuid.uuid4()
    )


def test_who_is_of_an_unknown_agency_is_not_assigned(people):
    unknown = BatchExaminer.objects.create(batch=people.batch, user=person("tamu"))
    with pytest.raises(GuardsUnmet, match="Instansi penguji ini belum diketahui"):
        assign(people, unknown)
    answer = signed_in(people.coordinator).post(address("share", people.batch), follow=True)
    assert f"Tidak dibagikan kepada {unknown.user.email}" in answer.content.decode()
    assert "Instansi belum diketahui" in answer.content.decode()
    assert not Assignment.objects.filter(role="examiner").exists()
    [known] = choose(people.batch, people.coordinator, (unknown.user.email, None))
    assert known == unknown
    assign(people, known)


def test_the_form_asks_for_the_agency_or_that_there_is_none(people):
    client, page = signed_in(people.coordinator), address("examiners", people.batch)
    form = {"name": "Tamu", "email": "tamu@lan.go.id", "agency": ""}
    refused = client.post(page, form)
    assert refused.status_code == 422
    assert "bukan dari instansi pemerintah" in refused.content.decode()
    assert not BatchExaminer.objects.exists()
    assert client.post(page, form | {"agency": "outside"}).status_code == 302
    assert BatchExaminer.objects.get().outside
    assert client.post(page, form | {"agency": OTHER}).status_code == 302
    found = BatchExaminer.objects.get()
    assert (found.agency_id, found.outside) == (agency_id(OTHER), False)


def test_a_project_without_an_agency_is_left_out_and_named():
    group, pic = group_of(2)
    choose(group, pic, ("a@lan.go.id", None))
    without = Project.objects.filter(batch=group).first()
    Project.objects.filter(pk=without.pk).update(agency=None)
    done = examiners.assign_balanced(batch=group, by=pic, submit_key=uuid.uuid4())
    assert (done.assigned, done.without, done.no_agency) == (1, 0, (without.owner.email,))
    with pytest.raises(GuardsUnmet, match="belum punya instansi"):
        examiners.assign(
            project=without, examiner=BatchExaminer.objects.get(), by=pic, submit_key=uuid.uuid4()
        )
    answer = signed_in(pic).post(address("share", group), follow=True)
    assert f"belum punya instansi: {without.owner.email}" in answer.content.decode()


def test_an_agency_that_conflicts_with_what_runs_is_refused_and_named(people):
    [chosen] = choose(people.batch, people.coordinator, ("a@lan.go.id", OTHER))
    assign(people, chosen)
    with pytest.raises(GuardsUnmet, match=str(people.participant)):
        choose(people.batch, people.coordinator, ("a@lan.go.id", OWN))
    chosen.refresh_from_db()
    assert chosen.agency_id == agency_id(OTHER)
    Assignment.objects.filter(role="examiner").update(until="2026-03-20T00:00:00Z")
    choose(people.batch, people.coordinator, ("a@lan.go.id", OWN))


def test_who_is_given_up_keeps_the_agency_and_is_offered_no_more(people):
    [chosen] = choose(people.batch, people.coordinator, ("a@lan.go.id", OTHER))
    assign(people, chosen)
    client = signed_in(people.coordinator)
    gone = address("give-up", people.batch, examiner=chosen.pk)
    assert (client.post(gone).status_code, client.post(gone).status_code) == (302, 302)
    with pytest.raises(GuardsUnmet, match="penguji"):
        set_agency(people, OTHER)
    assert client.get(address("examiners", people.batch)).context["rows"] == []
    page = client.get(address("person", people.batch, project=people.project.key))
    assert list(page.context["forms"]["assign"].fields["examiner"].queryset) == []
    Assignment.objects.filter(role="examiner").update(until="2026-03-20T00:00:00Z")
    with pytest.raises(NotAllowed):
        assign(people, chosen)
    choose(people.batch, people.coordinator, ("a@lan.go.id", OTHER))
    assign(people, chosen)


def test_no_agency_is_set_while_an_examiner_s_is_not_known(people):
    user = person("lama")
    Assignment.objects.create(project=people.project, user=user, role="examiner")
    with pytest.raises(GuardsUnmet, match=user.email):
        set_agency(people, OTHER)
    examiners.choose(
        batch=people.batch,
        person=Person(user.email),
        agency_id=None,
        by=people.coordinator,
        submit_key=uuid.uuid4(),
    )
    set_agency(people, OTHER)
    assert people.fresh().agency_id == agency_id(OTHER)
