"""Participants are brought into a batch one by one or from a list that is looked at first."""

from __future__ import annotations

import uuid
from itertools import pairwise

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import User
from catalogue.models import Agency
from tests.training.coordinators import HEADER, address, row, signed_in, upload, xlsx
from tests.training.people import batch, person
from training.models import Assignment, EnrolmentList, Invitation, Notice, Project
from training.services import enrolment_lists
from training.services.enrolment import Person, enrol
from training.services.invitations import accept
from training.services.sheets import read

pytestmark = pytest.mark.django_db

FORM = {
    "participant_name": "Sari Dewi",
    "participant_email": "sari@dinas.go.id",
    "agency": "gov-35.10",
    "mentor_name": "Budi",
    "mentor_email": "budi@dinas.go.id",
    "coach_name": "Citra",
    "coach_email": "citra@lan.go.id",
}


@pytest.fixture
def pic():
    return person("pic")


@pytest.fixture
def group(pic):
    return batch(coordinator=pic)


@pytest.fixture
def client(pic):
    return signed_in(pic)


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Project, Assignment, Invitation, Notice, User))


def test_one_person_is_enrolled_and_three_are_invited(client, group):
    answer = client.post(address("enrol", group), FORM, follow=True)
    assert "Sari Dewi" in answer.content.decode()
    project = Project.objects.get(batch=group)
    assert (str(project.owner), project.owner.email, project.agency.code) == (
        "Sari Dewi",
        "sari@dinas.go.id",
        "gov-35.10",
    )
    assert {(i.role, i.user.email) for i in project.invitations.all()} == {
        ("participant", "sari@dinas.go.id"), ("mentor", "budi@dinas.go.id"), ("coach", "citra@lan.go.id"),
    }  # fmt: skip
    before = everything()
    client.post(address("enrol", group), FORM | {"participant_email": "SARI@dinas.go.id"})
    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        {"participant_email": "bukan surel"},
        {"participant_name": ""},
        {"mentor_email": "sari@dinas.go.id"},
        {"agency": "tidak-ada"},
        {"coach_name": "Nul\0"},
        {"coach_name": "x" * 300},
    ],
)
def test_a_form_with_a_mistake_enrols_nobody_and_keeps_what_was_typed(client, group, change):
    before = everything()
    answer = client.post(address("enrol", group), FORM | change)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert 'value="budi@dinas.go.id"' in answer.content.decode() or "mentor_email" in change
    assert everything() == before


def test_an_account_that_is_off_is_not_enrolled(client, group):
    User.objects.create_user("sari@dinas.go.id", is_active=False)
    answer = client.post(address("enrol", group), FORM)
    assert answer.status_code == 422
    assert not Project.objects.exists()


def test_a_list_is_shown_before_it_is_applied(client, group):
    answer = upload(client, group, xlsx([row(1), row(2)]))
    assert answer.status_code == 302
    assert not Project.objects.exists()
    page = client.get(answer["Location"])
    assert (page.context["new"], page.context["there"]) == (2, 0)
    assert "peserta1@dinas.go.id" in page.content.decode()
    client.post(answer["Location"])
    assert Project.objects.filter(batch=group).count() == 2
    kept = EnrolmentList.objects.get()
    assert (kept.rows, kept.enrolled) == ([], 2)


def test_the_same_list_again_changes_nothing(client, group):
    content = xlsx([row(1), row(2)])
    for _again in range(2):
        shown = upload(client, group, content)["Location"]
        client.post(shown)
        client.post(shown)
        counts = everything()
    assert counts == everything()
    assert Project.objects.filter(batch=group).count() == 2
    assert EnrolmentList.objects.latest("pk").enrolled == 0


def test_a_longer_list_adds_only_the_new(client, group):
    client.post(upload(client, group, xlsx([row(1)]))["Location"])
    shown = upload(client, group, xlsx([row(1), row(2)]))["Location"]
    page = client.get(shown)
    assert (page.context["new"], page.context["there"]) == (1, 1)
    client.post(shown)
    assert Project.objects.filter(batch=group).count() == 2


def test_a_list_costs_the_same_for_few_and_many(client, group, django_assert_max_num_queries):
    agencies = list(Agency.objects.exclude(code__startswith="level-").values_list("code", flat=True)[:150])
    assert len(agencies) == 150
    for number in (2, 150):
        rows = [row(n, email=f"{number}-{n}@dinas.go.id", agency=agencies[n]) for n in range(number)]
        shown = upload(client, group, xlsx(rows))["Location"]
        with django_assert_max_num_queries(20):
            client.get(shown)
        with django_assert_max_num_queries(60):
            client.post(shown)
    assert Project.objects.filter(batch=group).count() == 152
    assert Project.objects.filter(batch=group).values("agency").distinct().count() == 150


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_is_accepted_and_has_nothing_in_it(client, group, language):
    with translation.override(language):
        template = client.get(address("template", group))
        [header] = read(template.content)
        assert len(header.cells) == 7
        assert upload(client, group, template.content).status_code == 422
    cells = [cell.text for cell in header.cells]
    assert upload(client, group, xlsx([row(1)], header=cells)).status_code == 302


def test_columns_may_stand_in_any_order_and_the_agency_may_be_left_out(client, group):
    cells = [(head, text) for head, text in zip(HEADER, row(1), strict=True) if head != "Instansi"][::-1]
    text = "\n".join(";".join(line) for line in zip(*cells, strict=True))
    client.post(upload(client, group, text.encode(), "peserta.csv")["Location"])
    project = Project.objects.get(batch=group)
    assert (project.owner.email, project.agency) == ("peserta1@dinas.go.id", None)


def test_an_agency_is_found_by_its_name(client, group):
    client.post(upload(client, group, xlsx([row(1, agency="pemerintah kabupaten banyuwangi")]))["Location"])
    assert Project.objects.get(batch=group).agency.code == "gov-35.10"


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"email": "bukan surel"}, "Participant's e-mail", "not an e-mail address"),
        ({"name": ""}, "Participant's name", "empty"),
        ({"name": "=1+1"}, "Participant's name", "formula"),
        ({"name": "@SUM(A1)"}, "Participant's name", "begin with this sign"),
        ({"mentor_email": "peserta1@dinas.go.id"}, "Mentor's e-mail", "three different people"),
        ({"agency": "Instansi Khayalan"}, "Agency", "No agency is called"),
        ({"agency": "level-regency"}, "Agency", "No agency is called"),
        ({"coach": "x" * 300}, "Coach's name", "too long"),
        ({"coach": "dua\nbaris"}, "Coach's name", "line break"),
    ],
)
def test_a_mistake_is_named_by_row_and_column(client, group, changes, column, said):
    with translation.override("en"):
        answer = upload(client, group, xlsx([row(2), row(1, **changes)]))
        [problem] = answer.context["problems"]
        assert (problem.row, problem.column) == (3, column)
    assert said in problem.text
    assert answer.status_code == 422
    assert not EnrolmentList.objects.exists()


def test_the_same_participant_twice_is_named(client, group):
    with translation.override("en"):
        answer = upload(client, group, xlsx([row(1), row(2), row(1, email="Peserta1@dinas.go.id")]))
    [problem] = answer.context["problems"]
    assert problem.row == 4
    assert "row 2 already" in problem.text


def test_ragged_rows(client, group):
    answer = upload(client, group, xlsx([row(1)[:3], [*row(2), "NIP 1999"]]))
    problems = answer.context["problems"]
    assert [problem.row for problem in problems] == [2, 2, 2, 3]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ([*HEADER, "NIP"], "“NIP” is not in the template"),
        ([*HEADER, "Surel coach"], "there twice"),
        (HEADER[:4], "Missing: Coach's name, Coach's e-mail"),
        (row(9), "not in the template"),
    ],
)
def test_a_wrong_header_names_the_remedy(client, group, header, said):
    with translation.override("en"):
        answer = upload(client, group, xlsx([row(1)], header=header))
        assert said in answer.context["refused"]


def test_no_file_and_a_file_that_is_too_large(client, group):
    assert client.post(address("upload", group)).status_code == 422
    answer = upload(client, group, b"a;b\n" * (3 * 1024 * 1024))
    assert answer.status_code == 422
    assert not EnrolmentList.objects.exists()


def test_lists_belong_to_their_batch_and_to_its_coordinators(client, group):
    shown = upload(client, group, xlsx([row(1)]))["Location"]
    other = person("lain")
    foreign = batch(coordinator=other)
    kept = EnrolmentList.objects.get()
    for stranger, where in ((other, shown), (other, address("list", foreign, file=kept.key))):
        assert signed_in(stranger).get(where).status_code == 404
        assert signed_in(stranger).post(where).status_code == 404
    assert client.get(address("list", group, file=uuid.uuid4())).status_code == 404
    for name in ("enrol", "template"):
        assert signed_in(other).get(address(name, group)).status_code == 404
    assert upload(signed_in(other), group, xlsx([row(1)])).status_code == 404
    assert not Project.objects.exists()


def test_what_nobody_applied_is_not_kept(client, group):
    upload(client, group, xlsx([row(1)]))
    EnrolmentList.objects.update(created_at="2020-01-01T00:00:00Z")
    other = person("lain")
    upload(signed_in(other), batch(coordinator=other), xlsx([row(2)]))
    assert EnrolmentList.objects.count() == 1


def test_a_coach_of_many_gets_one_mail_and_says_yes_once(group, pic):
    coach = Person("coach@dinas.go.id", "Coach")
    for number in (1, 2, 3):
        people = [Person(f"{part}{number}@dinas.go.id", part) for part in ("peserta", "mentor")]
        enrol(batch=group, participant=people[0], mentor=people[1], coach=coach, agency_id=None, by=pic)
    asked = Invitation.objects.filter(role="coach")
    waiting = Notice.objects.filter(user__email=coach.email, mail="waiting")
    assert (asked.count(), waiting.count()) == (3, 1)
    accept(invitation=asked[0], user=asked[0].user)
    assert not Assignment.objects.filter(role="coach", accepted_at=None).exists()
    assert Assignment.objects.filter(role="mentor", accepted_at=None).count() == 3
    assert mail.outbox == []


def test_the_rows_stay_in_order(client, group):
    rows = [row(n) for n in range(5)]
    kept_rows = enrolment_lists.parse(read(xlsx(rows)))
    assert all(one["row"] + 1 == two["row"] for one, two in pairwise(kept_rows))
