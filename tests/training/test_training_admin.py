"""Administrators keep programmes' rules and batches; rules that don't hold together are not saved."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from accounts.models import User
from accounts.roles import Role, has_role
from tests.signin import staff_client
from tests.training.coordinators import signed_in
from tests.training.people import batch, cast, person, version
from training.diagram import diagram
from training.models import Batch, Institution, ProgrammeVersion
from training.services import versions
from training.services.coordinators import appoint
from training.workflow import problems

pytestmark = pytest.mark.django_db

LISTINGS = ("institution", "programmeversion", "batch")


def route(model: str, view: str, *args) -> str:
    return reverse(f"training_{model}_modeladmin_{view}", args=args)


@pytest.fixture
def admin() -> Client:
    return staff_client(Role.ADMINISTRATOR)


def form_of(client: Client, address: str):
    answer = client.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    forms = (querydict_from_html(html, form_index=number) for number in range(9))
    form = next(form for form in forms if "label_id" in form)
    for box in re.findall(r"<input[^>]* checked[^>]*>", html):  # those have no value of their own
        form[re.search(r'name="([^"]+)"', box)[1]] = "on"
    return form


def post_with(client: Client, address: str, changes: dict[str, str]) -> bytes:
    """The page a form comes back on, after ``changes`` to what stood in it."""
    data = form_of(client, address)
    data.update(changes)
    answer = client.post(address, data)
    assert answer.status_code == 200
    return answer.content


def copied(code: str = "latsar-2027") -> ProgrammeVersion:
    return versions.copy(version=version(), code=code, label_id="Latsar 2027", label_en="")


def test_curators_look_and_administrators_change(admin):
    group = cast().batch
    curator = staff_client(Role.CURATOR)
    for model, pk in (
        ("institution", group.institution_id),
        ("programmeversion", group.version_id),
        ("batch", group.pk),
    ):
        assert curator.get(route(model, "index")).status_code == 200
        assert curator.get(route(model, "inspect", pk)).status_code == 200
        for view, args in (("create", ()), ("edit", (pk,)), ("delete", (pk,))):
            assert curator.get(route(model, view, *args)).status_code == 302
        assert admin.get(route(model, "create")).status_code == 200
    for name in ("training_copy_version", "training_use_version"):
        assert curator.get(reverse(name, args=[group.version_id])).status_code == 302
        assert curator.post(reverse(name, args=[group.version_id])).status_code == 302


def test_nobody_else_comes_in():
    group = cast().batch
    editor = staff_client(Role.AGENCY_EDITOR)
    for model in LISTINGS:
        assert editor.get(route(model, "index")).status_code == 404
        for stranger in (signed_in(person("lain")), Client()):
            assert stranger.get(route(model, "index")).status_code in (302, 403)
    assert editor.get(route("batch", "inspect", group.pk)).status_code == 404


def test_coordinators_have_no_admin():
    pic = person("pic")
    appoint(batch=batch(), addresses=[pic.email])
    assert not User.objects.get(pk=pic.pk).has_perm("wagtailadmin.access_admin")


@pytest.mark.parametrize("model", LISTINGS)
def test_a_listing_costs_the_same_for_few_and_many(admin, model, django_assert_max_num_queries):
    first = cast().batch
    for number in range(12):
        Institution.objects.create(code=f"i-{number}", label_id=f"Lembaga {number}")
        versions.copy(version=first.version, code=f"v-{number}", label_id="Salinan", label_en="")
        batch(name=f"Angkatan {number}")
    admin.get(route(model, "index"))
    with django_assert_max_num_queries(20):
        assert admin.get(route(model, "index")).status_code == 200


def test_a_listing_needs_nothing_of_django_s_own_admin(admin):
    """Its pictures are not collected, so naming one breaks the page in production."""
    cast()
    for model in LISTINGS:
        assert "admin/img/" not in admin.get(route(model, "index")).content.decode()


def test_rules_that_projects_run_by_are_not_changed(admin):
    people = cast()
    address = route("programmeversion", "edit", people.batch.version_id)
    assert admin.get(address).status_code == 302
    assert admin.post(address, {"code": "x"}).status_code == 302
    page = admin.get(route("programmeversion", "inspect", people.batch.version_id)).content.decode()
    assert "Buat versi baru" in page


def test_a_version_is_copied_to_be_changed(admin):
    found = cast().batch.version
    address = reverse("training_copy_version", args=[found.pk])
    assert admin.get(address).status_code == 200
    taken = admin.post(address, {"code": found.code, "label_id": "Latsar 2027"})
    assert taken.context["form"].errors["code"]
    admin.post(address, {"code": "latsar-2027", "label_id": "Latsar 2027"})
    made = ProgrammeVersion.objects.get(code="latsar-2027")
    assert (made.in_use, made.confirmed) == (False, False)
    for part in versions.PARTS:
        assert list(getattr(made, part).values_list("code", flat=True)) == list(
            getattr(found, part).values_list("code", flat=True)
        )
    assert problems(made) == []


def test_a_version_goes_out_of_use_and_back(admin):
    found = version()
    address = reverse("training_use_version", args=[found.pk])
    for wanted in (False, True):
        assert admin.get(address).status_code == 200
        admin.post(address)
        found.refresh_from_db()
        assert found.in_use is wanted


def test_sound_rules_are_saved_once(admin):
    made = copied()
    address = route("programmeversion", "edit", made.pk)
    data = form_of(admin, address)
    data["states-0-label_id"] = "Terdaftar di angkatan"
    assert admin.post(address, data).status_code == 302
    made.forget_rows()
    assert made.start.label_id == "Terdaftar di angkatan"
    assert (made.states.count(), made.moves.count()) == (version().states.count(), version().moves.count())


def test_a_dead_end_is_named_and_nothing_saved(admin):
    made = copied()
    address = route("programmeversion", "edit", made.pk)
    data = form_of(admin, address)
    number = next(n for n in range(99) if data[f"moves-{n}-code"] == "begin")
    data[f"moves-{number}-target"] = "registered"
    answer = admin.post(address, data)
    assert answer.status_code == 200
    assert "Tidak ada jalan menuju “Penetapan isu”." in answer.content.decode()
    assert made.moves.get(code="begin").target == "issue"


def test_what_is_wrong_in_a_row_stands_beside_its_field(admin):
    address = route("programmeversion", "edit", copied().pk)
    page = BeautifulSoup(post_with(admin, address, {"moves-3-label_id": ""}), "lxml")
    field = page.find(id="id_moves-3-label_id")
    assert field["aria-invalid"] == "true"
    error = field.find_parent(attrs={"data-field": True}).find(id=field["aria-describedby"])
    assert "harus diisi" in error.text
    assert [found.parent for found in page.select("[data-field-errors] .error-message")] == [error]


def test_the_form_of_many_rows_is_drawn_with_few_queries(admin, django_assert_max_num_queries):
    address = route("programmeversion", "edit", copied().pk)
    with django_assert_max_num_queries(30):
        page = BeautifulSoup(admin.get(address).content, "lxml")
    rows = page.select("[data-inline-panel-child] [data-field]")
    assert len(rows) > 1000
    assert {len(row.select("input, select, textarea")) for row in rows} == {1}
    assert not page.select("[data-inline-panel-child] [data-comment-add]")


def test_a_new_version_is_checked_too(admin):
    address = route("programmeversion", "create")
    data = form_of(admin, address)
    programme = version().programme_id
    data |= {"code": "kosong", "label_id": "Kosong", "source": "Uji", "programme": str(programme)}
    answer = admin.post(address, data.dict())
    assert answer.status_code == 200
    assert not ProgrammeVersion.objects.filter(code="kosong").exists()


def test_the_drawing_shows_every_state_and_move_and_says_the_same_in_words(admin):
    made = copied()
    drawn = diagram(made)
    assert len(drawn.boxes) == made.states.count()
    assert len(drawn.arrows) == made.moves.count() == sum(len(way.moves) for way in drawn.ways)
    places = {(box.x, box.y) for box in drawn.boxes}
    assert len(places) == len(drawn.boxes)
    assert all(box.right <= drawn.width and box.bottom <= drawn.height for box in drawn.boxes)
    page = admin.get(route("programmeversion", "edit", made.pk)).content.decode()
    svg = page[page.index('<svg role="img"') : page.index("</svg>", page.index('<svg role="img"'))]
    assert "<title" in svg
    assert "<desc" in svg
    assert "style=" not in svg
    assert svg.count("<rect") == made.states.count()


def test_what_no_public_source_confirms_is_marked_at_its_move(admin):
    found = version("latsar-2021")
    unsure = [move for move in found.all_moves if "consultations" in move.guards]
    assert [move.confirmed for move in unsure] == [False]
    for action in ("inspect", "edit"):
        page = admin.get(route("programmeversion", action, found.pk)).content.decode()
        assert f"syarat belum dikonfirmasi: {unsure[0].guards_source}" in page
    made = versions.copy(version=found, code="latsar-x", label_id="Salinan", label_en="")
    assert [move.confirmed for move in made.all_moves if "consultations" in move.guards] == [False]


def test_a_drawing_of_rules_that_lead_nowhere():
    made = ProgrammeVersion(code="x", label_id="X")
    assert diagram(made).boxes == []


BATCH = {
    "name": "Angkatan XII",
    "starts_on": "2026-03-07",
    "ends_on": "2026-04-22",
    "design_seminar_on": "2026-03-28",
    "result_seminar_on": "2026-04-21",
}


def new_batch(admin, **changes: str):
    institution = Institution.objects.get_or_create(code="uji", label_id="Lembaga Uji")[0]
    data = BATCH | {"institution": institution.pk, "version": version().pk, "coordinator_addresses": ""}
    return admin.post(route("batch", "create"), data | changes)


def test_naming_coordinators_gives_them_their_role(admin):
    known = person("pic")
    assert (
        new_batch(admin, coordinator_addresses=f"{known.email}\nBaru@lan.go.id, {known.email}").status_code
        == 302
    )
    made = Batch.objects.get(name="Angkatan XII")
    assert {user.email for user in made.coordinators.all()} == {known.email, "baru@lan.go.id"}
    assert all(has_role(user, Role.COORDINATOR) for user in made.coordinators.all())
    other = batch(coordinator=known)
    appoint(batch=made, addresses=["baru@lan.go.id"])
    assert has_role(User.objects.get(pk=known.pk), Role.COORDINATOR)
    appoint(batch=other, addresses=[])
    lost = User.objects.get(pk=known.pk)
    assert not has_role(lost, Role.COORDINATOR)
    assert not lost.is_staff


@pytest.mark.parametrize(
    "changes",
    [
        {"coordinator_addresses": "bukan surel"},
        {"ends_on": "2026-03-01"},
        {"design_seminar_on": "2026-05-01"},
        {"name": ""},
        {"version": "999999"},
    ],
)
def test_a_batch_with_a_mistake_is_not_made(admin, changes):
    answer = new_batch(admin, **changes)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Batch.objects.exists()


def test_somebody_switched_off_does_not_coordinate(admin):
    User.objects.create_user("mati@lan.go.id", is_active=False)
    assert new_batch(admin, coordinator_addresses="mati@lan.go.id").status_code == 200
    assert not Batch.objects.exists()


def test_a_batch_with_people_keeps_its_version(admin):
    people = cast()
    other = copied()
    versions.set_use(version=other, in_use=True)
    data = BATCH | {
        "name": "Nama baru",
        "institution": people.batch.institution_id,
        "version": other.pk,
        "coordinator_addresses": people.coordinator.email,
    }
    assert admin.post(route("batch", "edit", people.batch.pk), data).status_code == 302
    people.batch.refresh_from_db()
    assert (people.batch.name, people.batch.version.code) == ("Nama baru", "latsar-2021")


def test_what_is_in_use_is_not_deleted(admin):
    people = cast()
    for model, pk in (
        ("batch", people.batch.pk),
        ("programmeversion", people.batch.version_id),
        ("institution", people.batch.institution_id),
    ):
        assert admin.post(route(model, "delete", pk)).status_code == 302
    assert Batch.objects.filter(pk=people.batch.pk).exists()
    assert ProgrammeVersion.objects.filter(pk=people.batch.version_id).exists()


def test_which_state_earns_the_certificate_is_set_in_the_admin(admin):
    made = copied()
    form = form_of(admin, route("programmeversion", "edit", made.pk))
    passed = next(
        name.removesuffix("-code")
        for name, value in form.items()
        if name.startswith("states-") and name.endswith("-code") and value == "passed"
    )
    assert form[f"{passed}-gives_certificate"] == "on"
    del form[f"{passed}-gives_certificate"]
    assert admin.post(route("programmeversion", "edit", made.pk), form).status_code == 302
    assert not ProgrammeVersion.objects.get(pk=made.pk).state("passed").gives_certificate
