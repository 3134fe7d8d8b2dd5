"""Peer reviews: asked, accepted, read only, without a score; only the participant reads them."""

from __future__ import annotations

import json
import re

import pytest

from accounts import privacy
from tests.training.beside import Beside, asked, beside, enrolled, key, with_design
from tests.training.scenes import as_user, hidden, statements
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Holder, Notice, PeerReview, Project
from training.services import mails, peers

pytestmark = pytest.mark.django_db
TEXTS = {"strong": "Datanya kuat", "unclear": "Siapa pelaksananya", "suggestion": "Tambahkan jadwal"}


@pytest.fixture
def made() -> Beside:
    found = beside()
    with_design(found)
    return found


def page_of(made: Beside) -> str:
    return f"/id/training/projects/{made.project.key}/peers/"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_from_asking_to_thanking(made):
    client, peer = as_user(made.participant), as_user(made.other_participant)
    title = made.project.title
    form = hidden(client.get(page_of(made))) | {"reviewer": str(made.other_participant.pk)}
    assert client.post(page_of(made), form).status_code == client.post(page_of(made), form).status_code == 302
    review = PeerReview.objects.get()
    here = f"/id/training/peers/{review.key}/"
    mail = mails.message(Notice.objects.get(kind="peer-asked"))
    assert here in mail.body
    before = text_of(peer.get(here)) + text_of(peer.get("/id/training/peers/")) + mail.body
    assert title not in before + text_of(peer.get("/id/training/"))
    assert peer.post(here, hidden(peer.get(here)) | TEXTS).status_code in {400, 404}
    assert peer.post(here, {"act": "accept"}).status_code == 302
    page = text_of(peer.get(here))
    assert title in page
    assert "Apa yang kuat" in page
    assert peer.get(f"/id/training/projects/{made.project.key}/").status_code == 404
    lacking = peer.post(here, hidden(peer.get(here)) | TEXTS | {"unclear": ""})
    assert lacking.status_code == 422
    assert "Datanya kuat" in lacking.content.decode()
    form = hidden(peer.get(here)) | TEXTS
    assert peer.post(here, form).status_code == peer.post(here, form).status_code == 302
    assert "Tambahkan jadwal" in text_of(client.get(page_of(made)))
    thanks = {"act": "thank", "thanks": "Sangat membantu"}
    client.post(f"{page_of(made)}{review.pk}/", thanks)
    assert "Sangat membantu" in text_of(peer.get(here))
    codes = list(made.project.events.filter(code__startswith="peer-").values_list("code", flat=True))
    assert codes == ["peer-ask", "peer-accept", "peer-give", "peer-thank"]
    assert Notice.objects.filter(kind="peer-given", user=made.participant).count() == 1


def test_a_peer_reads_what_was_handed_in_and_not_what_came_after(made):
    review = asked(made, made.other_participant)
    answers = made.project.answers | {"risks": "Rahasia yang baru ditulis"}
    Project.objects.filter(pk=made.project.pk).update(answers=answers, title="Judul baru")
    page = as_user(made.other_participant).get(f"/id/training/peers/{review.key}/").content.decode()
    assert "Rahasia" not in page
    assert "Judul baru" not in page
    read = {field.code for field in peers.readable(PeerReview.objects.get(pk=review.pk))}
    assert read == {"title", "abstract", "matrix", "stakeholders", "risks"}


def test_two_at_most_of_the_same_batch_after_handing_in():
    made = beside()
    with pytest.raises(GuardsUnmet, match="Serahkan rancangan"):
        asked(made, made.other_participant)
    with_design(made)
    for outsider in (made.stranger, made.participant, made.mentor, enrolled(made.cast, accepted=False)):
        with pytest.raises(GuardsUnmet):
            asked(made, outsider)
    first = asked(made, made.other_participant, accepted=False)
    asked(made, enrolled(made.cast))
    with pytest.raises(GuardsUnmet, match="Dua rekan"):
        asked(made, enrolled(made.cast))
    peers.decline(review=first, by=made.other_participant)
    asked(made, enrolled(made.cast))
    assert peers.live(made.project).count() == peers.MOST


def test_nobody_else_reads_a_review_or_answers_a_request(made):
    review = asked(made, made.other_participant)
    peers.give(review=review, by=made.other_participant, texts=TEXTS)
    for role in ("mentor", "coach", "examiner", "coordinator", "other-participant", "stranger"):
        client = as_user(made.people[role])
        assert client.get(page_of(made)).status_code == 404, role
        assert client.post(f"{page_of(made)}{review.pk}/", {"act": "thank"}).status_code == 404, role
        if role != "other-participant":
            assert client.get(f"/id/training/peers/{review.key}/").status_code == 404, role
    page = text_of(as_user(made.coordinator).get(f"/id/training/batches/{made.cast.batch.key}/peers/"))
    assert "1 ulasan diberikan" in page
    assert "Datanya kuat" not in page


def test_who_became_an_examiner_since_is_no_peer(made):
    review = asked(made, made.other_participant)
    Assignment.objects.create(project=made.project, user=review.reviewer, role=Holder.EXAMINER)
    with pytest.raises(NotAllowed):
        peers.accept(review=review, by=review.reviewer)
    PeerReview.objects.all().delete()
    peers.share_out(
        batch_id=made.project.batch_id,
        projects=Project.objects.filter(pk=made.project.pk),
        by=made.coordinator,
    )
    assert not PeerReview.objects.filter(reviewer=review.reviewer).exists()


def test_what_was_taken_back_is_gone_and_what_was_given_stays(made):
    review = asked(made, made.other_participant)
    client = as_user(made.participant)
    client.post(f"{page_of(made)}{review.pk}/", {"act": "take-back"})
    assert as_user(made.other_participant).get(f"/id/training/peers/{review.key}/").status_code == 404
    second = asked(made, enrolled(made.cast))
    peers.give(review=second, by=second.reviewer, texts=TEXTS)
    with pytest.raises(NotAllowed):
        peers.decline(review=second, by=second.reviewer)
    client.post(f"{page_of(made)}{second.pk}/", {"act": "take-back"})
    assert peers.live(made.project).get() == second
    assert client.post(f"{page_of(made)}{second.pk}/", {"act": "score"}).status_code == 400


def test_the_coordinator_shares_them_out_evenly_and_once(made):
    for _ in range(3):
        enrolled(made.cast)
    batch = made.cast.batch
    revision = made.project.revisions.last()
    for project in Project.objects.filter(batch=batch).exclude(pk=made.project.pk):
        project.revisions.create(
            number=1, answers=revision.answers, state_code="design-review", made_by=project.owner
        )
    client, address = as_user(made.coordinator), f"/id/training/batches/{batch.key}/peers/"
    for _ in range(2):
        assert client.post(address).status_code == 302
    loads = [user.peer_reviews.count() for user in [project.owner for project in batch.projects.all()]]
    assert max(loads) - min(loads) <= 1
    assert sum(loads) == 2 * batch.projects.count() == PeerReview.objects.count()
    assert not PeerReview.objects.filter(reviewer=made.participant, project=made.project).exists()
    assert statements(client, address) <= 20
    for role in ("participant", "coach", "stranger"):
        assert as_user(made.people[role]).post(address).status_code == 404


def test_words_of_an_erased_peer_go(made):
    review = asked(made, made.other_participant)
    peers.give(review=review, by=made.other_participant, texts=TEXTS)
    given = json.loads(json.dumps(privacy.export_of(made.other_participant)))["training"]
    assert given["peer_reviews"][0]["strong"] == "Datanya kuat"
    assert privacy.export_of(made.participant)["training"]["peer_reviews_received"]
    privacy.erase(user=made.other_participant)
    review.refresh_from_db()
    assert (review.strong, review.unclear, review.suggestion) == ("", "", "")


class TestTheCoordinatorsPage:
    def rows(self, made: Beside, language: str = "id") -> dict[str, str]:
        """What stands under each participant's name."""
        page = as_user(made.coordinator).get(f"/{language}/training/batches/{made.cast.batch.key}/peers/")
        found = re.findall(r"<h3[^>]*>(.*?)</h3>\s*<p[^>]*>(.*?)</p>", page.content.decode(), re.DOTALL)
        return {name: " ".join(text.split()) for name, text in found}

    def test_only_numbers_that_say_something_in_the_right_number(self):
        made = beside()
        with_design(made)
        assert set(self.rows(made).values()) == {"Belum ada rekan sejawat yang dimintai ulasan."}
        asked(made, made.other_participant, accepted=False)
        third = asked(made, enrolled(made.cast))
        assert self.rows(made)["Sari Peserta"] == "2 rekan sejawat dimintai · 1 menyanggupi"
        assert self.rows(made, "en")["Sari Peserta"] == "2 peers asked · 1 said yes"
        peers.give(review=third, by=third.reviewer, texts=dict.fromkeys(peers.PARTS, "Jelas dan terukur"))
        expected = "2 rekan sejawat dimintai · 1 menyanggupi · 1 ulasan diberikan"
        assert self.rows(made)["Sari Peserta"] == expected
        peers.take_back(review=made.project.peer_reviews.get(accepted_at=None), by=made.participant)
        expected = "1 peer asked · 1 said yes · 1 review given"
        assert self.rows(made, "en")["Sari Peserta"] == expected
        assert self.rows(made)["Bagus Lain"] == "Belum ada rekan sejawat yang dimintai ulasan."

    def test_sharing_out_says_when_nobody_was_asked(self):
        made = beside()
        path = f"/id/training/batches/{made.cast.batch.key}/peers/"
        answer = as_user(made.coordinator).post(path, {"submit_key": str(key())}, follow=True)
        text = answer.content.decode()
        assert "0 rekan" not in text
        assert "Tidak ada yang dimintai ulasan" in text
