"""What people of the demonstration say to each other, a team, peer reviews, and a learner half-way.

All of it is done by the services, as the people themselves would; only the times are put back.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from catalogue.services.codes import agency_id
from training import forums
from training.demo import people
from training.demo.building import AGENCIES, INSTITUTION
from training.models import (
    Batch,
    Holder,
    Invitation,
    Post,
    ProgrammeVersion,
    Project,
    Session,
    SessionDone,
    TeamMember,
    Thread,
)
from training.permissions import Right
from training.services import discussions, learning, peers, team
from training.services.audit import record
from training.services.enrolment import STARTED

COLLEAGUE = "rekan-tim"
OPEN = "open-1"
_DONE = 2
"""Sessions that the learner has behind them."""
_NAMESPACE = uuid.UUID("5b0b7f0e-6a8e-4b53-8a0d-1f6d8a5f7c21")


def furnish(*, cast: dict[str, User]) -> None:
    """Add what is missing; what is there stays as it is."""
    batches = Batch.objects.filter(institution__code=INSTITUTION, is_demo=True).order_by("pk")
    for batch in batches:
        if not Thread.objects.filter(batch=batch).exists():
            _talk_in(batch, cast)
    own = Project.objects.filter(owner=cast["participant"], batch__isnull=False).order_by("pk").first()
    if own is not None and not TeamMember.objects.filter(project=own).exists():
        _join_team(own)
        _talk_about(own, cast)
        _read_each_other(own)
    _learn(cast["participant"])


def _talk_in(batch: Batch, cast: dict[str, User]) -> None:
    owners = [
        asked.user
        for asked in Invitation.objects.filter(
            project__batch=batch, role=Holder.PARTICIPANT, accepted_at__isnull=False
        )
        .select_related("user")
        .order_by("pk")[:2]
    ]
    first = _begin(
        batch,
        owners[0],
        "Bagaimana kalian mengukur keadaan sebelum?",
        "Loket kami belum mencatat waktu tunggu. Apakah ada yang punya lembar pencatatan sederhana?",
        hours=50,
    )
    answer = (
        "Kami memakai lembar satu halaman: jam datang, jam dilayani, jam selesai, selama sepuluh hari kerja."
    )
    _say(batch, first.thread, owners[1], f"@{owners[0].get_full_name()} {answer}", first, hours=47)
    _say(
        batch,
        first.thread,
        cast["coach"],
        "Catat juga berapa kunjungan yang diukur; tanpa itu angka sesudah sulit dibandingkan.",
        first,
        hours=30,
    )
    _begin(
        batch,
        cast["coordinator"],
        "Jadwal seminar rancangan",
        "Urutan seminar diumumkan tiga hari sebelumnya. Panduannya ada di https://lan.go.id/.",
        hours=26,
    )


def _talk_about(project: Project, cast: dict[str, User]) -> None:
    first = _begin(
        project,
        cast["coach"],
        "Bukti kegiatan kedua",
        "Dokumen apa yang akan ada setelah kegiatan kedua, dan siapa yang menyimpannya?",
        hours=20,
        step="design",
        question="matrix",
    )
    _say(
        project,
        first.thread,
        cast["participant"],
        "Daftar hadir dan notula; bagian umum yang menyimpan. Akan saya tulis di matriks.",
        first,
        hours=18,
    )


def _join_team(project: Project) -> None:
    colleague = people.invented([COLLEAGUE])[COLLEAGUE]
    team.invite(
        project=project,
        address=colleague.email,
        right=Right.COMMENT,
        by=project.owner,
        submit_key=uuid.uuid5(_NAMESPACE, f"team {project.key}"),
    )
    team.accept(member=TeamMember.objects.get(project=project, user=colleague), user=colleague)


def _read_each_other(project: Project) -> None:
    """One review is given to the participant, and one is asked of them."""
    asked = list(peers.candidates(project)[:1])
    if peers.handed_in(project) is None or not asked:
        return
    key = uuid.uuid5(_NAMESPACE, f"peer {project.key}")
    peers.ask(project=project, reviewer=asked[0], by=project.owner, submit_key=key)
    review = peers.live(project).get(reviewer=asked[0])
    peers.accept(review=review, by=asked[0])
    texts = {
        "strong": "Masalahnya jelas dan angkanya menunjukkan siapa yang terdampak.",
        "unclear": "Belum terlihat siapa yang menjalankan kegiatan kedua setelah pelatihan selesai.",
        "suggestion": "Tambahkan satu orang penanggung jawab untuk setiap kegiatan di matriks.",
    }
    peers.give(review=review, by=asked[0], texts=texts)
    others = Project.objects.filter(batch=project.batch).exclude(owner=project.owner).order_by("pk")
    ready = (other for other in others.select_related("owner", "version") if peers.handed_in(other))
    if other := next(ready, None):
        key = uuid.uuid5(_NAMESPACE, f"peer {other.key}")
        peers.ask(project=other, reviewer=project.owner, by=other.owner, submit_key=key)


def _learn(learner: User) -> None:
    version = ProgrammeVersion.objects.filter(code=OPEN).first()
    if version is None or learning.project_of(version, learner):
        return
    project = Project.objects.create(
        version=version,
        owner=learner,
        agency_id=agency_id(AGENCIES[0]),
        state_code=version.start.code,
        title=version.label_id,
    )
    record(
        project=project,
        code=STARTED,
        by=learner,
        note="",
        role=Holder.PARTICIPANT,
        submit_key=uuid.uuid5(_NAMESPACE, f"{project.key} {STARTED}"),
    )
    sessions = list(Session.objects.filter(version=version))
    for number, session in enumerate(sessions[:_DONE]):
        SessionDone.objects.create(
            project=project, session=session, at=timezone.now() - timedelta(days=_DONE - number)
        )
        record(
            project=project,
            code=learning.DONE,
            by=learner,
            submit_key=uuid.uuid5(_NAMESPACE, f"{project.key} {session.code}"),
            note="",
            role=Holder.PARTICIPANT,
        )
    if sessions:
        question = "Bolehkah memakai catatan loket tahun lalu sebagai keadaan sebelum?"
        _begin(sessions[min(1, len(sessions) - 1)], learner, "Data tahun lalu", question, hours=9)


def _begin(
    place: forums.Place,
    author: User,
    title: str,
    text: str,
    *,
    hours: int,
    step: str = "",
    question: str = "",
) -> Post:
    made = discussions.begin(
        forum=_forum(place, author),
        author=author,
        title=title,
        draft=discussions.Draft(text),
        step=step,
        question=question,
    )
    _put_back(made, hours)
    Thread.objects.filter(pk=made.thread_id).update(created_at=made.created_at)
    return made


def _say(place: forums.Place, thread: Thread, author: User, text: str, parent: Post, *, hours: int) -> None:
    draft = discussions.Draft(text)
    made = discussions.post(
        forum=_forum(place, author), thread=thread, author=author, draft=draft, parent=parent
    )
    _put_back(made, hours)


def _put_back(made: Post, hours: int) -> None:
    made.created_at = timezone.now() - timedelta(hours=hours)
    made.save(update_fields=["created_at"])
    Thread.objects.filter(pk=made.thread_id).update(last_post_at=made.created_at)


def _forum(place: forums.Place, author: User) -> forums.Forum:
    """Raises ``LookupError`` for somebody who has no part there."""
    found = forums.forum(place, author)
    if found is None:
        raise LookupError(f"{author.pk} has no part in {type(place).__name__}")
    return found
