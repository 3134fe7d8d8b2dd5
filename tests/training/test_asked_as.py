"""Whoever types somebody's second address learns nothing of the first before that person says yes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from openpyxl import load_workbook

from accounts import privacy
from accounts.models import User
from tests.training.beside import key
from tests.training.coordinators import address, signed_in
from tests.training.people import agency_id, batch, person
from training.models import Assignment, Batch, BatchExaminer, Holder, Project
from training.services import coordination, examiners, invitations
from training.services.enrolment import Person, enrol

pytestmark = pytest.mark.django_db
PARTS = ("participant", "mentor", "coach", "examiner")


def aliased(name: str) -> User:
    """Somebody with a second address that they proved, ``<name>@alias.example``."""
    user = person(f"utama-{name}")
    EmailAddress.objects.create(user=user, email=f"{name}@alias.example", verified=True)
    return user


@pytest.fixture
def pic() -> User:
    return person("pic")


@pytest.fixture
def group(pic: User) -> Batch:
    return batch(coordinator=pic)


@pytest.fixture
def users() -> dict[str, User]:
    return {part: aliased(part) for part in PARTS}


@pytest.fixture
def project(group: Batch, pic: User, users: dict[str, User]) -> Project:
    """Its four people were asked by their second addresses, in capitals."""
    named = {part: Person(f"{part}@Alias.example") for part in PARTS}
    chosen = examiners.choose(
        batch=group, person=named.pop("examiner"), agency_id=None, by=pic, submit_key=key()
    )
    made = enrol(batch=group, agency_id=agency_id("gov-35.10"), by=pic, **named).project
    examiners.assign(project=made, examiner=chosen, by=pic, submit_key=key())
    return made


def seen(pic: User, project: Project) -> Iterator[str]:
    """All that a coordinator reads of the project: pages, recapitulation and dossier."""
    client, group = signed_in(pic), project.batch
    for name, more in (("board", {}), ("examiners", {}), ("person", {"project": project.key})):
        yield client.get(address(name, group, **more)).content.decode()
    yield client.get(f"/id/training/projects/{project.key}/").content.decode()
    rows = load_workbook(io.BytesIO(b"".join(client.get(address("recap", group)).streaming_content))).active
    yield "\n".join(str(cell.value) for row in rows.iter_rows() for cell in row)
    answer = client.post(f"/id/training/projects/{project.key}/dossier/", {"submit_key": key()})
    files = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    yield "\n".join(files.read(name).decode(errors="ignore") for name in files.namelist())


def test_before_the_yes_only_the_typed_address_is_shown(pic, users, project):
    read = "\n".join(seen(pic, project))
    for part, user in users.items():
        assert f"{part}@alias.example" in read
        assert user.email not in read, part
        assert "utama-" not in read


def test_no_search_finds_the_first_address_before_the_yes(pic, users, project):
    client = signed_in(pic)
    page = address("person", project.batch, project=project.key)
    found = [
        page in client.post(address("search", project.batch), {"q": text}, follow=True).content.decode()
        for text in ("participant@alias", "utama-", users["participant"].email)
    ]
    assert found == [True, False, False]


def test_after_the_yes_people_are_called_by_name(pic, users, project):
    for invitation in project.invitations.select_related("user"):
        invitations.accept(invitation=invitation, user=invitation.user)
    read = "\n".join(seen(pic, project))
    assert users["participant"].email in read
    assert "@alias.example" not in read


def test_another_mentor_too_is_shown_as_typed(pic, users, project):
    other = aliased("pengganti")
    coordination.change_supporter(
        project=project, role=Holder.MENTOR, person=Person("pengganti@alias.example"), reason="Pindah tugas",
        by=pic, submit_key=key(),
    )  # fmt: skip
    read = "\n".join(seen(pic, project))
    assert "pengganti@alias.example" in read
    assert other.email not in read


def test_the_typed_address_goes_with_the_person(users, project):
    assert "mentor@alias.example" in str(privacy.export_of(users["mentor"]))
    privacy.erase(user=users["mentor"])
    privacy.erase(user=users["examiner"])
    kept = [one.asked_as for one in Assignment.objects.filter(user__in=[users["mentor"], users["examiner"]])]
    assert kept == ["", ""]
    assert BatchExaminer.objects.get(user=users["examiner"]).asked_as == ""
