"""What an idea modifies or replicates: public records, read as links, brought into the catalogue."""

from __future__ import annotations

import pytest

from catalogue.models import InnovationPage, Replication
from catalogue.services import intake
from catalogue.services.access import ensure_access
from tests import factories
from tests.catalogue.desk import Desk
from tests.pages import main_of, text_of
from tests.training.scenes import address, as_user, hidden, in_state, people, shared_cast, statements
from training import answers, cites
from training.models import OriginalityCheck, Project, Question
from training.offline import comparing, form, reading
from training.services.proposals import to_proposal

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db

IDEA = "steps/idea/"


@pytest.fixture
def near(people):
    """A public record that the search found."""
    in_state(people, "idea", answers={})
    page = factories.innovation("Bunda Antre")
    found = {"key": str(page.translation_key), "title": page.title, "path": page.url, "language": "id"}
    OriginalityCheck.objects.create(
        project=people.project, text="x", found=[{**found, "sentences": [], "words": []}]
    )
    return page


def step(people):
    return next(one for one in people.fresh().version.all_steps if one.code == "idea")


def save(people, path=IDEA, **fields):
    client = as_user(people.participant)
    sent = hidden(client.get(address(people, IDEA))) | {f"a-{name}": text for name, text in fields.items()}
    return client.post(address(people, path), sent)


def wrong(people):
    """Codes of the questions of the idea that are not answered well, with what is wrong."""
    return {p.question.code: p.text for p in answers.problems(step(people), people.fresh().answers)}


def test_only_a_modification_or_replication_must_cite_and_say_what_differs(people):
    in_state(people, "idea", answers={})
    for code, needed in (
        ("new", set()),
        ("modified", {"cited", "similar"}),
        ("replicated", {"cited", "similar"}),
    ):
        save(people, originality=code)
        assert wrong(people).keys() & {"cited", "similar"} == needed, code
    page = text_of(as_user(people.participant).get(address(people, f"{IDEA}?check=1")))
    assert "Pilih satu inovasi di katalog, atau tuliskan alamat halamannya." in page


def test_a_record_that_was_found_is_ticked_and_everybody_reads_it_as_a_link(people, near):
    box = f"cited-{near.translation_key}"
    client = as_user(people.participant)
    assert f'name="a-{box}" value="1">' in main_of(client.get(address(people, IDEA)))
    save(people, originality="replicated", similar="Kader yang memesankan", **{box: "1", "cited": ""})
    assert people.fresh().answers["cited"] == f"Bunda Antre [{near.translation_key}]"
    assert wrong(people).keys() & {"cited", "similar"} == set()
    assert f'name="a-{box}" value="1" checked>' in main_of(client.get(address(people, IDEA)))
    OriginalityCheck.objects.all().delete()  # the links below are those of the answer
    in_state(people, "idea-approval")
    for who, path in ((people.coach, IDEA), (people.mentor, "moves/approve-idea/")):
        page = main_of(as_user(who).get(address(people, path)))
        assert f'<a href="{near.url}" lang="id" dir="auto">Bunda Antre</a>' in page
        assert str(near.translation_key) not in page
        assert statements(as_user(who), address(people, path)) <= 20
    in_state(people, "idea")
    save(people, cited="")
    assert people.fresh().answers["cited"] == ""


@pytest.mark.parametrize(
    "form_of", ["{path}", "https://katalog.example{path}", "lihat {path}", "{key}", "X [{key}]"]
)
def test_another_public_record_is_named_by_its_address_or_key(people, near, form_of):
    other = factories.innovation("Antrean Tanpa Kertas")
    text = form_of.format(path=other.url, key=other.translation_key)
    save(people, cited=f"{text}\n{text}")
    assert people.fresh().answers["cited"] == f"Antrean Tanpa Kertas [{other.translation_key}]"
    page = main_of(as_user(people.participant).get(address(people, IDEA)))
    assert f'name="a-cited-{other.translation_key}" value="1" checked>' in page


@pytest.mark.parametrize(
    "form_of", ["{path}", "{key}", "Judul karangan [{key}]", "/id/innovations/tidak-ada/", "Buku"]
)
def test_what_names_no_public_record_stays_as_it_was_typed_and_does_not_count(people, near, form_of):
    draft = factories.innovation("Rahasia", state="draft")
    save(people, originality="modified", cited=form_of.format(path=draft.url_path, key=draft.translation_key))
    kept = people.fresh().answers["cited"]
    assert [cite.key for cite in cites.cites(kept)] == [""]
    assert "bukan inovasi yang terbit di katalog" in wrong(people)["cited"]
    page = main_of(as_user(people.participant).get(address(people, IDEA)))
    assert "Rahasia" not in page
    save(people, cited=kept)
    assert people.fresh().answers["cited"] == kept


def test_a_record_that_was_withdrawn_since_stays_cited_without_a_link(people, near):
    save(people, **{f"cited-{near.translation_key}": "1"})
    InnovationPage.objects.filter(pk=near.pk).update(live=False)
    save(people, **{f"cited-{near.translation_key}": "1"})
    assert people.fresh().answers["cited"] == f"Bunda Antre [{near.translation_key}]"
    OriginalityCheck.objects.all().delete()
    page = main_of(as_user(people.coach).get(address(people, IDEA)))
    assert "Bunda Antre" in page
    assert near.url not in page


def test_a_tick_that_stayed_is_no_difference_between_two_devices(people, near):
    box = {f"a-cited-{near.translation_key}": "1", "a-cited": ""}
    client = as_user(people.participant)
    path = address(people, IDEA)
    client.post(path, hidden(client.get(path)) | box)
    phone = hidden(client.get(path)) | box | {"a-similar": "Dari ponsel"}
    client.post(path, hidden(client.get(path)) | box | {"a-similar": "Dari komputer"})
    answer = client.post(path, phone)
    assert answer.status_code == 409
    assert main_of(answer).count('<fieldset class="difference">') == 1


def test_a_tick_for_anything_else_is_refused(people, near):
    assert save(people, **{"cited-1": "1"}).status_code == 400
    assert save(people, **{f"sector-{near.translation_key}": "1"}).status_code == 400


def test_it_goes_out_with_the_offline_form_and_comes_back_the_same(people, near):
    save(people, **{f"cited-{near.translation_key}": "1"})
    project = people.fresh()
    found = reading.read(project, form.form(project, [step(people)]))
    assert comparing.outcome(project, [step(people)], found).changes == []


@pytest.mark.parametrize(("declared", "number"), [("replicated", 1), ("modified", 0), ("new", 0)])
def test_the_record_of_a_replication_copies_what_it_cites(people, declared, number):
    origin = factories.innovation("Bunda Antre")
    people.answer_all()
    more = {
        "originality": declared,
        "cited": f"Bunda Antre [{origin.translation_key}]",
        "similar": "Di sini kader yang memesankan",
    }
    Project.objects.filter(pk=people.project.pk).update(answers={**people.fresh().answers, **more})
    key = intake.propose(proposal=to_proposal(people.fresh()), by=people.participant)
    page = InnovationPage.objects.get(translation_key=key)
    assert page.originality.code == declared
    rows = [(row.origin_id, row.changes) for row in page.replicates.all()]
    assert rows == [(origin.pk, "Di sini kader yang memesankan")] * number
    intake.revise(key=key, proposal=to_proposal(people.fresh()), by=people.participant)
    assert page.get_latest_revision_as_object().replicates.count() == number


@pytest.mark.parametrize("declared", ["replicated", "modified"])
def test_curators_read_what_it_cites_as_links(people, declared):
    ensure_access()
    origin = factories.innovation("Bunda Antre")
    people.answer_all()
    more = {"originality": declared, "cited": f"Bunda Antre [{origin.translation_key}]", "similar": "Kader"}
    key = intake.propose(proposal=to_proposal(people.fresh()), by=people.participant)
    found = Project.objects.filter(pk=people.project.pk)
    page = InnovationPage.objects.get(translation_key=key)
    desk = Desk(factories.user("curator"))
    words = f'<a href="{origin.url}">Bunda Antre</a>'
    assert words not in desk.get("wagtailadmin_pages:edit", page.pk).content.decode()
    found.update(record_key=key, answers={**people.fresh().answers, **more})
    assert words in desk.get("wagtailadmin_pages:edit", page.pk).content.decode()


def test_an_origin_that_copies_the_record_itself_is_refused_with_the_reason(people):
    people.answer_all()
    key = intake.propose(proposal=to_proposal(people.fresh()), by=people.participant)
    page = InnovationPage.objects.get(translation_key=key)
    copy = factories.innovation("Salinan")
    Replication.objects.create(page=copy, origin=page)
    more = {"originality": "replicated", "cited": f"Salinan [{copy.translation_key}]", "similar": "x"}
    Project.objects.filter(pk=people.project.pk).update(answers={**people.fresh().answers, **more})
    with pytest.raises(Exception, match="Salinan"):
        intake.revise(key=key, proposal=to_proposal(people.fresh()), by=people.participant)


def test_a_project_that_was_asked_for_free_text_keeps_it_readable(people):
    version = people.fresh().version
    version.questions.filter(code="cited").delete()
    version.questions.filter(code="similar").update(needed_when="", becomes="")
    version.save()
    in_state(
        people, "idea-approval", answers={"originality": "modified", "similar": "“Bunda Antre” di Sidoarjo"}
    )
    assert "“Bunda Antre” di Sidoarjo" in text_of(as_user(people.mentor).get(address(people, IDEA)))
    assert "cited" not in {problem.question.code for problem in answers.problems(step(people), {})}
    assert to_proposal(people.fresh()).replicates is None


def test_a_condition_names_a_choice_of_another_question(people):
    from training.options import problems

    asked = list(people.fresh().version.questions.all())
    assert problems(asked) == []
    cited = next(question for question in asked if question.kind == Question.Kind.RECORDS)
    for broken in ("originality=lama", "title=x", "nothing=new", "originality"):
        cited.needed_when = broken
        assert len(problems(asked)) == 1, broken
