"""Open learning: read by everybody, joined by civil servants, sessions in order, and on to an innovation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import privacy
from catalogue.services.access import ensure_access
from tests import factories
from tests.training.beside import key, learner
from tests.training.people import Cast, cast, good_answer, later_events, person, version
from tests.training.scenes import as_user, hidden, statements, submit_key
from training.errors import GuardsUnmet, NotAllowed
from training.models import Material, ProgrammeVersion, Project, Session, SessionDone
from training.seeds import seed_programmes
from training.services import learning, moves, versions

pytestmark = pytest.mark.django_db
HOME = "/id/training/open/"
HERE = f"{HOME}open-1/"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def finish(project: Project) -> None:
    for session in learning.left(project):
        learning.mark(project=project, session=session, by=project.owner, done=True, submit_key=key())


def test_anybody_reads_what_one_learns_and_no_material():
    found = version("open-1")
    page = text_of(Client().get(HERE))
    assert "Pembelajaran terbuka" in text_of(Client().get(HOME))
    for session in found.sessions.all():
        assert session.label_id in page
    material = Material.objects.filter(kind="text").first()
    assert material.body_id.strip()[:40] not in page
    assert Client().get(f"{HERE}what-it-is/").status_code == 302
    english = text_of(Client().get("/en/training/open/open-1/"))
    assert "What an innovation in the public sector is" in english
    for other in ("latsar-2021", "mandiri-1", "nothing"):
        assert Client().get(f"{HOME}{other}/").status_code == 404


def test_a_civil_servant_joins_once_and_is_led_on():
    version("open-1")
    user = person("pelajar")
    client = as_user(user)
    form = hidden(client.get(f"{HERE}join/"))
    assert client.post(f"{HERE}join/", form | {"agency": ""}).status_code == 422
    assert client.post(f"{HERE}join/", form | {"agency": "gov-35.10", "owner": "1"}).status_code == 400
    for _ in range(2):
        assert client.post(f"{HERE}join/", form | {"agency": "gov-35.10"})["Location"] == HERE
    project = Project.objects.get(owner=user)
    assert (project.state_code, project.batch, project.agency.code) == ("learning", None, "gov-35.10")
    page = text_of(client.get(HERE))
    assert "0 dari 5 sesi selesai" in page
    assert "Lanjutkan: Apa itu inovasi sektor publik" in page
    assert "Belajar" in text_of(client.get("/id/training/"))
    assert "Sesi" in text_of(client.get(f"/id/training/projects/{project.key}/"))


def test_who_is_no_civil_servant_is_told_how_to_become_one():
    found = version("open-1")
    user = factories.user(email="warga@example.org")
    assert "berakhiran go.id" in text_of(as_user(user).get(f"{HERE}join/"))
    with pytest.raises(GuardsUnmet):
        learning.join(version=found, owner=user, agency_id=1, key=key())
    with pytest.raises(NotAllowed):
        learning.join(version=version("mandiri-1"), owner=person("x"), agency_id=1, key=key())


def test_sessions_open_one_after_the_other_and_on_their_day():
    project = learner()
    client = as_user(project.owner)
    second = f"{HERE}the-problem/"
    assert "terbuka setelah “Apa itu inovasi sektor publik” selesai" in text_of(client.get(second))
    assert "APKL menyaring" not in text_of(client.get(second))
    assert client.post(f"{second}mark/", {"act": "done", "submit_key": submit_key()}).status_code == 404
    sent = {"act": "done", "submit_key": submit_key()}
    for _ in range(2):
        assert client.post(f"{HERE}what-it-is/mark/", sent)["Location"] == second
    assert SessionDone.objects.count() == later_events(project).count() == 1
    assert "APKL menyaring" in text_of(client.get(second))
    tomorrow = timezone.localdate() + timedelta(days=1)
    Session.objects.filter(code="the-problem").update(opens_on=tomorrow)
    assert "APKL menyaring" not in text_of(client.get(second))
    client.post(f"{HERE}what-it-is/mark/", {"act": "undone", "submit_key": submit_key()})
    assert not SessionDone.objects.exists()
    assert client.post(f"{HERE}what-it-is/mark/", {"act": "x"}).status_code == 400


def test_nobody_marks_for_somebody_else():
    project, other = learner(), person("lain")
    session = project.version.sessions.first()
    client = as_user(other)
    assert client.post(f"{HERE}{session.code}/mark/", {"act": "done"}).status_code == 404
    assert client.get(f"{HERE}{session.code}/")["Location"] == HERE
    with pytest.raises(NotAllowed):
        learning.mark(project=project, session=session, by=other, done=True, submit_key=key())


def test_from_the_last_session_to_an_innovation_of_ones_own():
    project = learner()

    def go(code: str) -> Project:
        moves.move(
            project=Project.objects.get(pk=project.pk), code=code, actor=project.owner, submit_key=key()
        )
        return Project.objects.get(pk=project.pk)

    with pytest.raises(GuardsUnmet) as refused:
        go("finish")
    assert len(refused.value.reasons) == 5
    finish(project)
    client = as_user(project.owner)
    assert "5 dari 5 sesi selesai" in text_of(client.get(HERE))
    assert go("finish").state_code == "finished"
    assert learning.left(project) == []
    writing = go("begin-innovation")
    assert writing.state_code == "writing"
    answers = {q.code: good_answer(q) for step in writing.version.all_steps for q in step.all_questions}
    answers["title"] = "Antrean daring untuk ibu hamil"
    Project.objects.filter(pk=project.pk).update(answers=answers, title=answers["title"])

    ensure_access()
    assert go("propose").state_code == "curation"


def test_pages_ask_as_often_for_many_sessions_as_for_few():
    project = learner()
    client = as_user(project.owner)
    counts = [(statements(client, HERE), statements(client, f"{HERE}what-it-is/"))]
    for number in range(30):
        session = Session.objects.create(
            version=project.version, code=f"s{number}", label_id="S", introduction_id="I", order=9
        )
        Material.objects.create(session_id=session.pk, label_id="M", body_id="B")
        SessionDone.objects.create(project=project, session=session)
        first = Session.objects.get(code="what-it-is")
        Material.objects.create(session_id=first.pk, label_id="M", body_id="B")
    counts.append((statements(client, HERE), statements(client, f"{HERE}what-it-is/")))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_a_copied_version_has_sessions_and_materials_of_its_own():
    found = version("open-1")
    made = versions.copy(version=found, code="open-2", label_id="Terbuka 2", label_en="")
    assert made.is_open_learning
    assert [one.code for one in made.sessions.all()] == [one.code for one in found.sessions.all()]
    assert (
        Material.objects.filter(session__version=made).count()
        == Material.objects.filter(session__version=found).count()
    )
    assert found.sessions.count() == 5


def test_seeding_again_changes_no_session():
    version("open-1")
    Session.objects.filter(code="outcomes").update(label_id="Diubah penyunting")
    seed_programmes()
    assert Session.objects.count() == 5
    assert Session.objects.get(code="outcomes").label_id == "Diubah penyunting"


def test_an_erased_learner_leaves_no_marks():
    project = learner()
    finish(project)
    assert len(privacy.export_of(project.owner)["training"]["sessions_done"]) == 5
    privacy.erase(user=project.owner)
    assert not SessionDone.objects.exists()


@pytest.mark.parametrize("url", ["http://lan.go.id/", "javascript:alert(1)", "lan.go.id"])
def test_a_material_leads_only_to_https(url):
    version("open-1")
    found = Material.objects.filter(kind="link").first()
    found.url = url
    with pytest.raises(Exception, match="https://"):
        found.full_clean()


# --- No programme meets another one's form ------------------------------------------------------

ASKED = {
    "latsar-2021": {"issues", "chosen_row", "chosen_issue", "matrix"},
    "pkp-2020": {"diagnosis_service", "milestones"},
    "pka-2020": {"diagnosis_organisation", "milestones"},
    "mandiri-1": set(),
    "open-1": {"sessions"},
}
"""What is asked beside what all have; other forms are never met. ``sessions`` is a page, not a question."""
OWN = set().union(*ASKED.values())


def seen_by(project: Project) -> set[str]:
    """Codes of the questions on every page of the project, and ``sessions`` where those are offered."""
    client, found = as_user(project.owner), set()
    page = client.get(f"/id/training/projects/{project.key}/").content.decode()
    if f"/training/open/{project.version.code}/" in page:
        found.add("sessions")
    for address in re.findall(rf'href="(/id/training/projects/{project.key}/steps/[^"?#]+)', page):
        found |= set(re.findall(r'id="q-([\w-]+?)(?:-title)?"', client.get(address).content.decode()))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("code", list(ASKED))
def test_each_programme_meets_no_others_form(code):
    found: ProgrammeVersion = version(code)
    if found.needs_batch:
        made: Cast = cast(code)
        project = made.project
    else:
        project = Project.objects.create(version=found, owner=person("alone"), state_code=found.start.code)
    for state in found.all_states:
        Project.objects.filter(pk=project.pk).update(state_code=state.code)
        assert seen_by(Project.objects.get(pk=project.pk)) & OWN == ASKED[code], state.code
