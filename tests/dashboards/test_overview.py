"""The overview: its numbers are those of the lists behind them, and nobody else's batch is in them."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from catalogue.services.codes import agency_id
from tests import factories
from tests.training.coordinators import signed_in
from tests.training.people import batch, cast, person
from training.models import Batch, Institution, Project, Revision

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("dashboards:overview")
LIST = reverse("dashboards:projects")


def fill(group, number: int, **fields) -> list[Project]:
    """Projects of every kind: three states, with and without agency, sector, matter and day."""
    today = timezone.localdate()
    users = User.objects.bulk_create(
        User(email=f"{uuid.uuid4().hex}@dinas.go.id", first_name=f"Rahasia {n}") for n in range(number)
    )
    agencies = [agency_id("gov-35.10"), agency_id("gov-33"), None]
    return Project.objects.bulk_create(
        Project(
            version=group.version, batch=group, owner=user, title=f"Judul {n}", saved=1,
            state_code=("issue", "registered", "published")[n % 3], agency_id=agencies[n % 2 if n % 5 else 2],
            due_on=today + timedelta(days=-4 if n % 2 else 4) if n % 4 else None,
            standing="withdrawn" if n % 7 == 6 else "postponed" if n % 11 == 10 else "active",
            answers=({"sector": "health"} if n % 3 else {"sector": ""} if n % 2 else {})
            | ({}, {"matter": ""}, {"matter": "kesehatan"}, {"matter": "kearsipan"})[n % 4],
            **fields,
        )
        for n, user in enumerate(users)
    )  # fmt: skip


def test_every_number_leads_to_exactly_those_projects():
    pic = person("pic")
    first, second = batch(coordinator=pic), batch("pkp-2020", coordinator=pic)
    fill(first, 30)
    fill(second, 12)
    client = signed_in(pic)
    page = client.get(OVERVIEW).context
    assert page["figures"].total == Project.objects.exclude(standing="withdrawn").count()
    checked = 0
    for table in page["tables"]:
        if table.code != "standing":
            assert table.total == page["figures"].total, table.code
        for row in table.rows:
            numbers = [(row.query, row.people)] + ([(row.late_query, row.late)] if table.has_late else [])
            for query, number in numbers:
                found = client.get(f"{LIST}?{query}").context["list"].paginator.count
                assert found == number, (table.code, row.label, query)
                checked += 1
    assert checked > 30
    standing = next(table for table in page["tables"] if table.code == "standing")
    assert {row.label for row in standing.rows} == {"Berjalan", "Ditunda", "Mengundurkan diri"}


def test_projects_are_counted_by_government_matter_and_those_without_one_last():
    pic = person("pic")
    first, frozen = batch(coordinator=pic), batch("pkp-2020", coordinator=pic)
    projects = fill(first, 4)
    frozen.version.questions.filter(code="matter").delete()  # a version from before it was asked
    fill(frozen, 1)
    client = signed_in(pic)
    [table] = [one for one in client.get(OVERVIEW).context["tables"] if one.code == "matter"]
    assert [(row.label, row.people) for row in table.rows] == [
        ("Kearsipan", 1), ("Kesehatan", 1), ("tidak dinyatakan", 3),
    ]  # fmt: skip
    rows = client.get(f"{LIST}?{table.rows[1].query}").context["rows"]
    assert [project.pk for project, _agency in rows] == [projects[2].pk]
    english = client.get(OVERVIEW.replace("/id/", "/en/")).content.decode()
    assert english.index("By government matter") < english.index("Archives") < english.index("not stated")


def test_filters_narrow_every_table():
    pic = person("pic")
    first = batch(coordinator=pic)
    other = Institution.objects.create(code="lain", label_id="Lembaga Lain", label_en="Another")
    second = batch("pkp-2020", coordinator=pic, starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 1))
    Batch.objects.filter(pk=second.pk).update(institution=other)
    fill(first, 6)
    fill(second, 4)
    client = signed_in(pic)
    for query, number in (
        ({"batch": str(first.key)}, 6),
        ({"programme": "pkp"}, 4),
        ({"since": "2026-08-01"}, 4),
        ({"until": "2026-08-01"}, 6),
        ({"institution": "lain"}, 4),
        ({"batch": str(uuid.uuid4())}, 10),
    ):
        page = client.get(OVERVIEW, query).context
        assert page["figures"].total == number, query
        assert all(table.total == number for table in page["tables"]), query


def test_nobody_counts_a_batch_of_others(settings):
    settings.STAFF_MFA = "optional"
    pic, other = person("pic"), person("other")
    mine, theirs = batch(coordinator=pic), batch(coordinator=other)
    fill(mine, 5)
    fill(theirs, 7)
    client = signed_in(pic)
    assert client.get(OVERVIEW).context["figures"].total == 5
    assert client.get(OVERVIEW, {"batch": str(theirs.key)}).context["figures"].total == 5
    assert client.get(LIST, {"batch": str(theirs.key)}).context["list"].paginator.count == 5
    assert "Rahasia" in client.get(LIST).content.decode()
    administrator = signed_in(factories.user("administrator"))
    assert administrator.get(OVERVIEW).context["figures"].total == 11
    names = administrator.get(LIST).content.decode()
    assert "Judul" in names
    assert "Rahasia" not in names


def test_who_counts_nothing_finds_nothing():
    people = cast()
    missing = signed_in(people.mentor).get("/id/training/dashboard/nothing/")
    off = person("off")
    people.batch.coordinators.add(off)
    for user in (people.participant, people.mentor, people.coach, people.examiner, person("lain")):
        client = signed_in(user)
        for name in ("overview", "projects", "csv", "xlsx"):
            answer = client.get(reverse(f"dashboards:{name}"))
            assert (answer.status_code, answer.content) == (404, missing.content), name
    client = signed_in(off)
    User.objects.filter(pk=off.pk).update(is_active=False)
    assert client.get(OVERVIEW).status_code in (302, 404)
    assert Client().get(OVERVIEW).status_code == 302


def test_outcomes_are_counted_from_what_was_handed_in_last():
    people = cast()
    rows = [
        {"name": "Waktu", "unit": "menit", "before": "187", "after": "40"},
        {"name": "Antrean", "unit": "orang", "before": "23", "after": "23"},
        {"name": "Biaya", "unit": "rupiah", "before": "1.000", "after": ""},
    ]
    for number, outcomes in enumerate(([], rows), start=1):
        Revision.objects.create(
            project=people.project, number=number, answers={"outcomes": outcomes}, state_code="report",
            made_by=people.participant,
        )  # fmt: skip
    client = signed_in(people.coordinator)
    page = client.get(OVERVIEW).context
    assert [number for _name, number, _query in page["outcomes"][0][1]] == [1, 1, 3, 2, 1]
    assert [number for _name, number, _query in page["outcomes"][1][1]] == [0, 0, 0, 0, 0]


def test_the_outcomes_numbers_lead_to_the_projects_they_were_counted_in():
    pic = person("pic")
    projects = fill(batch(coordinator=pic), 20)
    for place, project in enumerate(projects):
        rows = [{"name": "Waktu", "before": "9", "after": ("", "9", "4")[place % 3]}] if place % 4 else []
        Revision.objects.create(
            project=project, number=1, answers={"outcomes": rows}, state_code="report", made_by=project.owner
        )
    for place, project in enumerate(projects[:3]):
        rows = [{"name_id": "Waktu", "unit": "menit", "baseline": 9, "actual": 10 - place}]
        record = factories.innovation(f"Catatan {place}", outcomes=rows if place else [])
        project.record_key = record.translation_key
        project.save()
    client = signed_in(pic)

    def behind(query):
        return {row.pk for row, _agency in client.get(f"{LIST}?{query}").context["rows"]}

    counted = [project for project in projects if project.standing != "withdrawn"]
    reported = {project.pk for place, project in enumerate(projects) if place % 4 and project in counted}
    ends = [{p.pk for place, p in enumerate(projects) if place % 3 == rest} & reported for rest in range(3)]
    reports, records = client.get(OVERVIEW).context["outcomes"]
    found = [behind(query) for _name, _number, query in reports[1]]
    assert found == [reported, ends[1] | ends[2], reported, ends[1] | ends[2], ends[2]]
    assert [number for _name, number, _query in reports[1]] == [len(keys) for keys in found]
    first, second, third = (project.pk for project in projects[:3])
    found = [behind(query) for _name, _number, query in records[1]]
    assert found == [{first, second, third}, {second, third}, {second, third}, {second, third}, {third}]
    assert [number for _name, number, _query in records[1]] == [3, 2, 2, 2, 1]
    assert behind("outcomes=nonsense") == set()


def test_the_tables_leave_as_sheets_without_formulas():
    pic = person("pic")
    group = batch(coordinator=pic, name='=HYPERLINK("x")')
    fill(group, 4)
    client = signed_in(pic)
    text = b"".join(client.get(reverse("dashboards:csv")).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["Tabel", "Baris", "Proyek", "Lewat tenggat"]
    assert any(line[1] == '\'=HYPERLINK("x")' for line in lines)
    book = load_workbook(io.BytesIO(b"".join(client.get(reverse("dashboards:xlsx")).streaming_content)))
    cells = [row[1] for row in book.active.iter_rows()]
    assert any(cell.value == '=HYPERLINK("x")' and cell.data_type == "s" for cell in cells)
    assert len(cells) == len(lines)


@pytest.mark.parametrize("number", [3, 60])
def test_it_costs_the_same_for_few_and_many(number, django_assert_max_num_queries):
    pic = person("pic")
    for code in ("latsar-2021", "pkp-2020"):
        fill(batch(code, coordinator=pic), number)
    client = signed_in(pic)
    client.get(OVERVIEW)
    with django_assert_max_num_queries(20):
        client.get(OVERVIEW)
    with django_assert_max_num_queries(20):
        client.get(LIST, {"due": "late"})
