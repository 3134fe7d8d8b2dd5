"""Vocabularies in the admin: renaming shows, merging re-points, codes stay, tags are accepted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from catalogue.models import Agency, AgencyMembership, InnovationPage, Tag, Term
from catalogue.models.terms import Scheme
from catalogue.services.codes import agency_id, agency_ids
from catalogue.services.merge import follow_merges, merge
from catalogue.vocabulary import snapshot
from search.models import Follower, PendingChange, RecordVersion
from tests import factories
from tests.catalogue.desk import Desk, messages_of

pytestmark = pytest.mark.django_db

LISTINGS = (
    "catalogue_agency",
    "catalogue_term",
    "catalogue_tag",
    "catalogue_outcomeindicator",
    "catalogue_sharedoutcome",
    "catalogue_programme",
    "catalogue_laboratory",
    "catalogue_region",
    "search_synonymgroup",
    "catalogue_agencymembership",
)


def version(page):
    return RecordVersion.objects.get(key=page.translation_key).version


class TestListings:
    @pytest.mark.parametrize("name", LISTINGS)
    def test_an_administrator_opens_each_with_its_forms(self, staffed, name):
        desk = Desk(factories.user("administrator"))
        response = desk.get(f"{name}_modeladmin_index")
        assert response.status_code == 200
        assert desk.get(f"{name}_modeladmin_create").status_code == 200
        if response.context["object_list"]:
            key = response.context["object_list"][0].pk
            assert desk.get(f"{name}_modeladmin_edit", key).status_code == 200

    @pytest.mark.parametrize("name", LISTINGS)
    def test_an_agency_editor_opens_none(self, staffed, name):
        desk = Desk(factories.user("agency-editor"))
        assert desk.get(f"{name}_modeladmin_index").status_code == 404

    def test_curators_do_not_give_memberships(self, curator):
        assert curator.get("catalogue_agencymembership_modeladmin_index").status_code == 302

    def test_agencies_stand_under_their_parent(self, curator):
        factories.agency("gov-35.10-dinas", parent="gov-35.10", label_id="Aaa Dinas")
        response = curator.get("catalogue_agency_modeladmin_index", q="gov-35.10")
        names = [item.code for item in response.context["object_list"]]
        assert names.index("gov-35.10") < names.index("gov-35.10-dinas")
        assert "katalog-depth--1" in response.content.decode()

    def test_terms_by_vocabulary(self, curator):
        response = curator.get("catalogue_term_modeladmin_index", scheme="stage")
        assert {term.scheme for term in response.context["object_list"]} == {"stage"}

    def test_tags_with_their_uses(self, curator):
        factories.innovation(tags=["posyandu"])
        response = curator.get("catalogue_tag_modeladmin_index", q="posyandu")
        assert {tag.slug: tag.use_count for tag in response.context["object_list"]}["posyandu"] == 1


class TestRenaming:
    def test_a_new_label_shows_and_the_code_stays(self, curator):
        term = factories.term(Scheme.SECTOR, "health")
        page = factories.innovation(sector="health")
        before = version(page)
        done = curator.post(
            "catalogue_term_modeladmin_edit",
            term.pk,
            data={"label_id": "Kesehatan Warga", "label_en": "Health", "code": "changed", "position": 1},
        )
        assert done.status_code == 302, done.context["form"].errors
        term.refresh_from_db()
        assert (term.code, term.label_id) == ("health", "Kesehatan Warga")
        assert snapshot().terms["sector"].label("health", "id") == "Kesehatan Warga"
        assert version(page) == before + 1


class TestMerging:
    def test_every_row_follows_and_the_old_code_leads_to_the_heir(self, staffed):
        Follower.objects.create(name="tests", engine="embedded", host="tests")
        old, heir = factories.agency("kemen-lama"), factories.agency("kemen-baru")
        unit = factories.agency("kemen-lama-unit", parent="kemen-lama")
        page = factories.innovation(agency="kemen-lama")
        below = factories.innovation("Unit", agency="kemen-lama-unit")
        person = factories.user("agency-editor", agency=old)
        PendingChange.objects.all().delete()
        before = version(page)
        assert merge(item=old, heir=heir) == 2
        page.refresh_from_db()
        unit.refresh_from_db()
        assert page.agency == heir
        assert unit.parent == heir
        assert AgencyMembership.objects.get(user=person).agency == heir
        assert snapshot().agencies.resolve("kemen-lama") == "kemen-baru"
        assert version(page) > before
        keys = set(PendingChange.objects.values_list("key", flat=True))
        assert keys == {page.translation_key, below.translation_key}

    def test_a_record_with_both_keeps_one(self, staffed):
        one, two = factories.tag("antrean"), factories.tag("antrian-daring")
        page = factories.innovation(tags=["antrean", "antrian-daring"])
        sdg = factories.innovation("SDG", sdgs=[3, 4])
        merge(item=two, heir=one)
        three, four = (factories.term(Scheme.SDG, code) for code in ("3", "4"))
        merge(item=four, heir=three)
        assert [tag.slug for tag in InnovationPage.objects.get(pk=page.pk).tags.all()] == ["antrean"]
        assert [term.code for term in InnovationPage.objects.get(pk=sdg.pk).sdgs.all()] == ["3"]

    def test_a_person_with_both_memberships_keeps_one(self, staffed):
        old, heir = factories.agency("kemen-lama"), factories.agency("kemen-baru")
        person = factories.user("agency-editor", agency=old)
        AgencyMembership.objects.create(user=person, agency=heir)
        merge(item=old, heir=heir)
        assert AgencyMembership.objects.get(user=person).agency == heir

    def test_chains_lead_to_the_last_heir(self, staffed):
        one, two, three = (factories.agency(f"kemen-{n}") for n in range(3))
        merge(item=one, heir=two)
        merge(item=two, heir=three)
        assert snapshot().agencies.resolve("kemen-0") == "kemen-2"
        assert agency_ids(["kemen-0", "kemen-2", "kemen-9"]) == {"kemen-0": three.pk, "kemen-2": three.pk}
        assert [agency_id(code) for code in ("kemen-0", "kemen-9")] == [three.pk, None]

    def test_an_old_draft_follows_in_the_editor(self, staffed, curator):
        old, heir = factories.agency("kemen-lama"), factories.agency("kemen-baru")
        page = factories.innovation(agency="kemen-lama", revision=True)
        page.summary = "Konsep"
        page.save_revision()
        merge(item=old, heir=heir)
        draft = InnovationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        assert draft.agency_id == old.pk
        follow_merges(page=draft)
        assert draft.agency_id == heir.pk
        form = curator.get("wagtailadmin_pages:edit", page.pk).context["form"]
        assert form["agency"].value() == heir.pk

    @pytest.mark.parametrize("case", ["itself", "merged", "other scheme", "below"])
    def test_what_cannot_be_merged(self, staffed, case):
        agency = factories.agency("kemen-a")
        other = factories.agency("kemen-b")
        if case == "merged":
            merge(item=agency, heir=other)
        pairs = {
            "itself": (agency, agency),
            "merged": (factories.agency("kemen-c"), agency),
            "other scheme": (factories.term(Scheme.STAGE, "pilot"), factories.term(Scheme.SDG, "3")),
            "below": (agency, factories.agency("kemen-a-unit", parent="kemen-a")),
        }
        item, heir = pairs[case]
        with pytest.raises(ValidationError):
            merge(item=item, heir=heir)

    def test_in_the_admin(self, curator):
        old, heir = factories.tag("antrian"), factories.tag("antrean")
        page = factories.innovation(tags=["antrian"])
        asked = curator.get("catalogue_merge", "tag", old.pk)
        assert asked.status_code == 200
        assert not Tag.objects.get(pk=old.pk).merged_into_id
        done = curator.post("catalogue_merge", "tag", old.pk, data={"heir": heir.pk})
        assert done.status_code == 302
        assert Tag.objects.get(pk=old.pk).merged_into == heir
        assert page.tagged_items.get().tag == heir

    def test_in_the_admin_an_impossible_one_is_explained(self, curator):
        above = factories.agency("kemen-a")
        below = factories.agency("kemen-a-unit", parent="kemen-a")
        response = curator.post("catalogue_merge", "agency", above.pk, data={"heir": below.pk})
        assert response.status_code == 200
        assert response.context["form"].errors["heir"]
        assert not Agency.objects.get(pk=above.pk).merged_into_id

    def test_needs_the_right(self, staffed):
        tag = factories.tag("antrean")
        desk = Desk(factories.user("agency-editor"))
        assert desk.get("catalogue_merge", "tag", tag.pk).status_code == 404
        assert desk.post("catalogue_accept_tag", tag.pk).status_code == 404

    def test_unknown_vocabularies_are_not_found(self, curator):
        assert curator.get("catalogue_merge", "user", 1).status_code == 404


def test_accepting_a_tag(curator):
    tag = factories.tag("usulan", state=Tag.State.PROPOSED)
    listing = curator.get("catalogue_tag_modeladmin_index", state="proposed").content.decode()
    assert f"/catalogue/accept-tag/{tag.pk}/" in listing
    assert curator.get("catalogue_accept_tag", tag.pk).status_code == 200
    tag.refresh_from_db()
    assert tag.state == Tag.State.PROPOSED
    curator.post("catalogue_accept_tag", tag.pk)
    tag.refresh_from_db()
    assert tag.state == Tag.State.ACCEPTED


def test_a_term_in_use_is_not_deleted(staffed):
    desk = Desk(factories.user("administrator"))
    term = factories.term(Scheme.SECTOR, "health")
    factories.innovation(sector="health")
    assert term.label() in messages_of(desk.post("catalogue_term_modeladmin_delete", term.pk))
    assert Term.objects.filter(pk=term.pk).exists()
