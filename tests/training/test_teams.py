"""A project's team: invited by mail whoever they are, taking part once they said yes, as far as they may."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import privacy
from accounts.models import User
from tests.training.beside import Beside, beside, key, member, named
from tests.training.people import person
from tests.training.scenes import as_user, hidden, submit_key
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, BatchExaminer, Event, Holder, Notice, Project, TeamMember
from training.permissions import Right, visible_projects
from training.privacy import personal_data
from training.services import examiners, mails, team
from training.services.invitations import VALID

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Beside:
    return beside()


def page_of(made: Beside) -> str:
    return f"/id/training/projects/{made.project.key}/team/"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def invite(made: Beside, address: str, right: str = "edit"):
    client = as_user(made.participant)
    form = hidden(client.get(page_of(made))) | {"address": address, "right": right}
    return client.post(page_of(made), form, follow=True)


def test_the_answer_is_the_same_whether_there_is_an_account_or_not(made):
    there, off = person("ada"), person("mati")
    User.objects.filter(pk=off.pk).update(is_active=False)
    texts = set()
    for address in (there.email, "belum.ada@dinas.go.id", off.email):
        answer = invite(made, address)
        assert answer.status_code == 200
        page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text_of(answer))
        texts.add(page.replace(address, "ALAMAT"))
        TeamMember.objects.all().delete()
    assert len(texts) == 1


def test_from_the_mail_to_the_first_answer_also_without_an_account(made):
    invite(made, "Belum.Ada@dinas.go.id")
    row = TeamMember.objects.get()
    mail = mails.message(Notice.objects.get(user=row.user, kind="team"))
    link = f"/id/training/team/{row.key}/"
    assert link in mail.body
    assert made.participant.get_full_name() not in mail.body
    stranger = Client()
    page = stranger.get(link)
    assert "Pilih kata sandi" in text_of(page) or "kata sandi" in text_of(page)
    assert "/accounts/password/reset/key/" in stranger.post(link)["Location"]
    assert as_user(made.stranger).get(link).status_code == 404
    row.user.refresh_from_db()  # what may have been made by somebody else lost its ways in
    client = as_user(row.user)
    assert not visible_projects(row.user).exists()
    assert client.get(link).status_code == 200
    assert client.post(link)["Location"] == f"/id/training/projects/{made.project.key}/"
    assert client.post(link).status_code == 302
    assert Event.objects.filter(code="team-join").count() == 1
    project_page = text_of(client.get(f"/id/training/projects/{made.project.key}/"))
    assert "Anda anggota tim" in project_page
    Project.objects.filter(pk=made.project.pk).update(state_code="issue")
    step = f"/id/training/projects/{made.project.key}/steps/issue/"
    form = hidden(client.get(step)) | {"a-causes": "Semua datang pukul tujuh"}
    assert client.post(step, form).status_code == 302
    assert made.project.answers["causes"] == "Semua datang pukul tujuh"
    move = f"/id/training/projects/{made.project.key}/moves/submit-issue/"
    assert client.get(move).status_code == client.post(move, {}).status_code == 404
    assert client.get(f"/id/training/projects/{made.project.key}/certificate.pdf").status_code == 404
    assert client.post(page_of(made), {"address": "x@dinas.go.id", "right": "edit"}).status_code == 404


@pytest.mark.parametrize("right", ["view", "comment"])
def test_who_may_not_write_reads_the_answers(made, right):
    user = member(made, right)
    Project.objects.filter(pk=made.project.pk).update(state_code="issue", answers={"causes": "Akar"})
    client = as_user(user)
    step = f"/id/training/projects/{made.project.key}/steps/issue/"
    page = client.get(step)
    assert "Akar" in page.content.decode()
    assert "a-causes" not in page.content.decode()
    assert client.post(step, {"a-causes": "Lain"}).status_code == 404
    assert client.post(f"{step}draft/", {"a-causes": "Lain", "saved": "0"}).status_code == 404


def test_two_who_write_at_once_see_both_texts(made):
    user = member(made, "edit")
    Project.objects.filter(pk=made.project.pk).update(state_code="issue")
    step = f"/id/training/projects/{made.project.key}/steps/issue/"
    owner, colleague = as_user(made.participant), as_user(user)
    forms = [hidden(client.get(step)) for client in (owner, colleague)]
    assert owner.post(step, forms[0] | {"a-causes": "Teks peserta"}).status_code == 302
    answer = colleague.post(step, forms[1] | {"a-causes": "Teks rekan"})
    assert answer.status_code == 409
    assert "Teks peserta" in answer.content.decode()
    assert "Teks rekan" in answer.content.decode()


def test_the_participant_changes_and_removes_and_a_member_leaves(made):
    user = member(made, "view")
    row = TeamMember.objects.get(user=user)
    client, address = as_user(made.participant), f"{page_of(made)}{row.pk}/"
    same = {"right": "edit", "submit_key": submit_key()}
    assert client.post(address, same).status_code == client.post(address, same).status_code == 302
    assert Event.objects.filter(code="team-change").count() == 1
    assert client.post(address, {"right": "own"}).status_code == 400
    for stranger in (made.mentor, user, made.other_participant):
        assert as_user(stranger).post(address, same).status_code == 404
    colleague = as_user(user)
    assert "Sari Peserta" not in text_of(colleague.get(page_of(made)))
    assert colleague.post(f"{page_of(made)}leave/", {"submit_key": submit_key()}).status_code == 302
    assert colleague.get(page_of(made)).status_code == 404
    assert colleague.get(f"/id/training/projects/{made.project.key}/").status_code == 404
    assert colleague.get(f"/id/training/team/{row.key}/").status_code == 410
    second = member(made, "view")
    row = TeamMember.objects.get(user=second)
    # All forms of one page have the same key: that of another member is no repetition.
    client.post(f"{page_of(made)}{row.pk}/", same | {"right": "remove"})
    assert not visible_projects(second).exists()


def test_an_invitation_ends(made):
    user = member(made, "edit", accepted=False)
    row = TeamMember.objects.get(user=user)
    assert "Rekan Tim" not in text_of(as_user(made.participant).get(page_of(made)))
    TeamMember.objects.update(invited_at=timezone.now() - VALID - timedelta(minutes=1))
    with pytest.raises(NotAllowed):
        team.accept(member=row, user=user)
    assert as_user(user).get(f"/id/training/team/{row.key}/").status_code == 410


def test_too_many_and_oneself_are_refused_with_the_field_named(made, monkeypatch):
    assert "proyek ini sudah milik Anda" in text_of(invite(made, made.participant.email.upper()))
    monkeypatch.setattr(team, "MOST", 1)
    invite(made, "satu@dinas.go.id")
    answer = invite(made, "dua@dinas.go.id")
    assert answer.status_code == 422
    assert 'href="#id_address"' in answer.content.decode()
    assert "dua@dinas.go.id" in answer.content.decode()
    invite(made, "satu@dinas.go.id")
    assert TeamMember.objects.count() == 1


def test_who_worked_on_it_does_not_judge_it(made):
    user = member(made, "view")
    batch = made.cast.batch
    chosen = BatchExaminer.objects.create(batch=batch, user=user, outside=True)
    with pytest.raises(GuardsUnmet):
        examiners.assign(project=made.project, examiner=chosen, by=made.coordinator, submit_key=key())
    invited = named(made.examiner, "Petrus Penguji")
    assert Assignment.objects.filter(user=invited, role=Holder.EXAMINER).exists()
    team.invite(
        project=made.project,
        address=invited.email,
        right=Right.EDIT,
        by=made.participant,
        submit_key=key(),
    )
    with pytest.raises(NotAllowed):
        team.accept(member=TeamMember.objects.get(user=invited), user=invited)


@pytest.mark.parametrize("role", ["mentor", "coach", "coordinator"])
def test_who_decides_about_it_writes_nothing_in_it_whatever_the_team_says(made, role):
    user = getattr(made, role)
    TeamMember.objects.create(
        project=made.project, user=user, right=Right.EDIT, accepted_at=timezone.now(), sent_to=user.email
    )
    project = Project.objects.get(pk=made.project.pk)
    here = f"/id/training/projects/{project.key}/steps/issue/"
    client = as_user(user)
    sent = {"saved": project.saved, "a-causes": "Ditulis orang lain"}
    assert client.post(f"{here}draft/", sent).status_code == 404
    assert client.post(here, sent).status_code == 404
    assert "a-causes" not in client.get(here).content.decode()
    assert Project.objects.get(pk=project.pk).answers == project.answers


def test_leaving_again_by_the_same_form_leaves_once(made):
    mate = person("rekan")
    client = as_user(mate)
    here, sent = f"{page_of(made)}leave/", {"submit_key": key()}
    for _ in range(2):
        TeamMember.objects.create(
            project=made.project, user=mate, right=Right.VIEW, accepted_at=timezone.now(), sent_to=mate.email
        )
        assert client.post(here, sent).status_code == 302
    assert TeamMember.objects.filter(user=mate, ended_at=None).count() == 1
    assert Event.objects.filter(code=team.LEAVE, actor=mate).count() == 1


def test_a_name_of_the_team_stays_out_of_the_public_record(made):
    member(made, "view", name="Rekan Setim")
    made.cast.answer_all()
    answers = made.project.answers | {"lessons": "Terima kasih kepada Rekan Setim atas bantuannya"}
    Project.objects.filter(pk=made.project.pk).update(answers=answers)
    assert any("nama" in reason.lower() for reason in personal_data(made.project))


def test_a_member_gets_and_loses_their_data(made):
    user = member(made, "comment")
    [given] = json.loads(json.dumps(privacy.export_of(user)))["training"]["teams"]
    assert (given["right"], given["sent_to"]) == ("comment", user.email)
    privacy.erase(user=user)
    row = TeamMember.objects.get()
    assert (row.sent_to, bool(row.ended_at)) == ("", True)
