"""The idea beside the catalogue: what is near, and what happens while search is down."""

from __future__ import annotations

import pytest

from catalogue.admin.nearest import nearest
from catalogue.services import similar
from catalogue.services.access import ensure_access
from search.engines import get_engine
from search.errors import SearchUnavailable
from tests import factories
from tests.catalogue.desk import Desk
from tests.pages import main_of, text_of
from tests.training.people import cast
from tests.training.scenes import address, as_user, hidden, in_state
from tests.worlds import shared_world, world
from training.errors import GuardsUnmet
from training.models import Holder, OriginalityCheck, Project
from training.services.moves import offers

__all__ = ["shared_world", "world"]

pytestmark = pytest.mark.django_db

IDEA = "steps/idea/"
TEXT = "Warga mendaftar dari rumah lewat ponsel dan datang ke puskesmas pada jam yang ditentukan"


@pytest.fixture(scope="module")
def idea(shared_world, django_db_blocker):
    with django_db_blocker.unblock():
        made = cast()
        in_state(made, "idea", answers={})
    return made


@pytest.fixture
def people(idea, world):
    return idea


@pytest.fixture
def down(monkeypatch):
    def refuse(self, *args, **kwargs):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(get_engine()), "alike", refuse)


def save(people, **more: str):
    client = as_user(people.participant)
    sent = hidden(client.get(address(people, IDEA))) | {"a-abstract": TEXT} | more
    return client, client.post(address(people, IDEA), sent)


def test_the_nearest_public_records_come_with_their_overlapping_sentences(world):
    found = similar.nearest(TEXT, language="id")
    keys = {str(record.translation_key) for record in world.public}
    assert 0 < len(found) <= 5
    assert {near.key for near in found} <= keys
    assert "Warga mendaftar dari rumah dan datang pada jam yang sudah ditentukan." in found[0].sentences
    assert all(near.path.startswith(f"/{near.language}/") for near in found)
    assert similar.nearest("Kincir angin terapung", language="id") == []


def test_what_is_near_is_shown_after_saving_and_to_reviewers(people):
    client, answer = save(people, check="1")
    assert answer["Location"] == f"{address(people, IDEA)}#similar"
    check = OriginalityCheck.objects.get()
    assert check.found[0]["path"] in main_of(client.get(address(people, IDEA)))
    for who in (people.mentor, people.coach):
        assert check.found[0]["path"] in main_of(as_user(who).get(address(people, IDEA)))


def test_the_catalogue_is_asked_again_only_for_other_words_or_on_request(people):
    save(people)
    save(people, **{"a-similar": "Antrean lama"})
    assert OriginalityCheck.objects.count() == 1
    first = OriginalityCheck.objects.get().made_at
    save(people, check="1")
    assert OriginalityCheck.objects.get().made_at > first
    save(people, **{"a-abstract": f"{TEXT} lain"})
    assert OriginalityCheck.objects.count() == 2


def test_while_search_is_down_the_writer_goes_on(people, down):
    client, answer = save(people, go="1")
    assert answer.status_code == 302
    assert people.fresh().answers["abstract"] == TEXT
    page = text_of(client.get(address(people, IDEA)))
    assert "Pencarian tidak dapat menjawab" in page


def reasons(people):
    found = offers(project=people.fresh(), roles=frozenset({Holder.PARTICIPANT}))
    return [str(reason) for offer in found if offer.move.code == "submit-idea" for reason in offer.reasons]


def test_an_idea_is_handed_in_only_after_the_catalogue_was_searched_for_its_words(people):
    people.answer_all()
    [reason] = reasons(people)
    assert "Katalog belum ditelusuri" in reason
    page = main_of(as_user(people.participant).get(address(people)))
    assert f'{address(people, IDEA)}?check=1#q-originality"' in page
    with pytest.raises(GuardsUnmet):
        people.move("submit-idea")
    save(people)
    assert reasons(people) == []
    save(people, **{"a-title": "Judul yang sama sekali lain"})
    assert reasons(people) == []
    words = {**people.fresh().answers, "title": "Judul dari naskah otomatis"}
    Project.objects.filter(pk=people.project.pk).update(answers=words)
    assert len(reasons(people)) == 1


def test_a_search_that_could_not_answer_holds_nobody_up(people, down):
    people.answer_all()
    save(people)
    assert [check.available for check in OriginalityCheck.objects.all()] == [False]
    assert reasons(people) == []
    people.move("submit-idea")
    page = text_of(as_user(people.mentor).get(address(people, "moves/approve-idea/")))
    assert "Pencarian tidak dapat menjawab" in page


def test_after_search_was_down_the_next_save_asks_again(people, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(similar, "get_engine", lambda: (_ for _ in ()).throw(SearchUnavailable("away")))
        save(people)
    save(people)
    assert [check.available for check in OriginalityCheck.objects.all()] == [False, True]


class TestBeforeCuration:
    """Curators see what is near to a draft, wherever it came from."""

    @pytest.fixture
    def record(self, world):
        return factories.innovation("Antrean dari rumah", state="draft", revision=True, problem=TEXT)

    def page(self, record):
        ensure_access()
        return Desk(factories.user("curator")).get("wagtailadmin_pages:edit", record.pk)

    def test_the_nearest_live_records_with_their_sentences(self, record):
        found = nearest(record)
        assert found
        assert str(record.translation_key) not in {near.key for near in found}
        page = self.page(record).content.decode()
        assert found[0].title in page
        assert "Warga mendaftar dari rumah dan datang pada jam yang sudah ditentukan." in page

    def test_it_is_a_note_that_search_may_fail_to_give(self, record, down):
        answer = self.page(record)
        assert answer.status_code == 200
        assert "katalog-nearest" not in answer.content.decode()

    def test_a_live_record_has_none(self, world):
        assert "katalog-nearest" not in self.page(world.public[0]).content.decode()
