"""A valid world in one call: vocabularies, site tree, records in any state, people by role.

    world = factories.world()                 # everything below, small
    page = factories.innovation(title="Antrean daring", agency="gov-35.10", tags=["antrean"])

`baseline()` is in the test database from the start and again after each test that empties the tables.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Collection, Locale, Page, PageViewRestriction

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, ensure_roles
from catalogue.models import (
    Actor,
    Agency,
    AgencyMembership,
    AwardReceived,
    CollectionPage,
    Evidence,
    InnovationPage,
    InnovationSectionPage,
    Laboratory,
    Milestone,
    Outcome,
    OutcomeIndicator,
    Programme,
    Region,
    Replication,
    Resource,
    StatusEntry,
    Tag,
    Term,
)
from catalogue.models.terms import Scheme
from catalogue.seeds import seed_vocabularies
from catalogue.services.site_tree import SiteNotSetUp, SiteTree, set_up_site, site_tree

PASSWORD = "sandi-untuk-pengujian"


def baseline() -> SiteTree:
    """Vocabularies, site tree and roles; costs a few reads when they are there."""
    if not Term.objects.exists():
        seed_vocabularies()
    try:
        return site_tree()
    except SiteNotSetUp:
        tree = set_up_site()
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    ensure_roles()
    return tree


# --- Vocabularies -------------------------------------------------------------------------------


def term(scheme: Scheme | str, code: str, **fields: Any) -> Term:
    """The term, made when the vocabularies don't have it."""
    found = Term.objects.without_tree_fields().filter(scheme=scheme, code=code).order_by("-year").first()
    return found or Term.objects.create(**_labels(code) | {"scheme": scheme, "code": code} | fields)


def region(code: str = "35.10", **fields: Any) -> Region:
    kind = fields.pop("kind", Region.Kind.REGENCY)
    return Region.objects.get_or_create(code=code, defaults=_labels(code) | {"kind": kind} | fields)[0]


def agency(code: str = "gov-35.10", *, parent: str | Agency | None = None, **fields: Any) -> Agency:
    """An agency; a new one is a unit of ``parent``, or a regency's government without one."""
    found = Agency.objects.filter(code=code).first()
    if found:
        return found
    above = agency(parent) if isinstance(parent, str) else parent
    level = fields.pop("level", None) or (above.level if above else term(Scheme.AGENCY_LEVEL, "regency"))
    return Agency.objects.create(**_labels(code) | {"code": code, "parent": above, "level": level} | fields)


def tag(code: str, **fields: Any) -> Tag:
    name = code.replace("-", " ")
    defaults = {"name": name, "label_en": name, "state": Tag.State.ACCEPTED}
    return Tag.objects.get_or_create(slug=code, defaults=defaults | fields)[0]


def programme(code: str = "latsar", **fields: Any) -> Programme:
    return Programme.objects.get_or_create(code=code, defaults=_labels(code) | fields)[0]


def laboratory(code: str = "laboratorium-inovasi-lan", **fields: Any) -> Laboratory:
    return Laboratory.objects.get_or_create(code=code, defaults=_labels(code) | fields)[0]


def indicator(code: str = "waktu-tunggu", **fields: Any) -> OutcomeIndicator:
    defaults = {"unit": "menit", "direction": "down", "aggregation": "mean"}
    return OutcomeIndicator.objects.get_or_create(code=code, defaults=_labels(code) | defaults | fields)[0]


def _labels(code: str) -> dict[str, Any]:
    words = code.replace("-", " ").capitalize()
    return {"label_id": words, "label_en": f"{words} (en)"}


# --- Records ------------------------------------------------------------------------------------

_WORDS = {
    "summary": "Warga mendaftar dari rumah dan datang pada jam yang sudah ditentukan.",
    "problem": "Warga menunggu berjam-jam di loket dan sebagian pulang tanpa dilayani.",
    "solution": "Pendaftaran dipindahkan ke ponsel, kader, dan loket desa dengan jam layanan yang pasti.",
    "source": "Laporan tahunan instansi",
}
_FACTS = {
    "sector": Scheme.SECTOR,
    "matter": Scheme.MATTER,
    "innovation_type": Scheme.TYPE,
    "stage": Scheme.STAGE,
    "status": Scheme.STATUS,
    "originality": Scheme.ORIGINALITY,
    "cost_band": Scheme.COST_BAND,
    "lab_stage": Scheme.LAB_STAGE,
}
_DEFAULTS = {"agency": "gov-35.10", "sector": "health", "stage": "implemented", "status": "unknown"}
_MAKERS = {"agency": agency, "region": region, "laboratory": laboratory, "programme": programme}


def innovation(
    title: str = "Antrean daring puskesmas",
    *,
    state: str = "live",
    parent: Page | None = None,
    language: str = "id",
    tags: Sequence[str] = (),
    values: Sequence[str] = (),
    sdgs: Sequence[int | str] = (),
    matters: Sequence[str] = (),
    awards: Sequence[str | tuple[str, int]] = (),
    outcomes: Sequence[Mapping[str, Any]] = (),
    statuses: Sequence[tuple[str, date]] = (),
    revision: bool = False,
    **fields: Any,
) -> InnovationPage:
    """One record on its source-language page, saved in one transaction.

    ``state`` is "live" or "draft". Facts are given by code (``agency="gov-35.10"``, ``sector="health"``) or
    as rows. With ``revision`` it has one, as a record that went through the editor.
    """
    tree = baseline()
    facts = {name: _fact(name, value) for name, value in (_DEFAULTS | _WORDS | fields).items()}
    slug = facts.pop("slug", f"{slugify(title)[:60]}-{uuid.uuid4().hex[:8]}")
    locale = Locale.objects.get(language_code=language)
    page = InnovationPage(title=title, slug=slug, locale=locale, live=state == "live", **facts)
    page.has_unpublished_changes = not page.live
    page.outcomes = [Outcome(**_outcome(row)) for row in outcomes]
    page.awards = [_award(award) for award in awards]
    page.status_history = [
        StatusEntry(status=term(Scheme.STATUS, code), date=day, source="Wawancara") for code, day in statuses
    ]
    page.core_values = [term(Scheme.VALUE, code) for code in values]
    page.sdgs = [term(Scheme.SDG, str(code)) for code in sdgs]
    page.other_matters = [term(Scheme.MATTER, code) for code in matters]
    page.tags.add(*(tag(code) for code in tags))
    return _save(page, parent or tree.innovations[language], revision)


def translation(
    source: InnovationPage,
    title: str = "Online queue at the health centre",
    *,
    state: str = "live",
    language: str = "en",
    parent: Page | None = None,
    revision: bool = False,
    **texts: Any,
) -> InnovationPage:
    """The page of ``source`` in another language: words alone."""
    tree = baseline()
    page = InnovationPage(
        title=title,
        slug=source.slug,
        locale=Locale.objects.get(language_code=language),
        translation_key=source.translation_key,
        is_source=False,
        live=state == "live",
        has_unpublished_changes=state != "live",
        **{"summary": "People register from home and come at the hour they were given."} | texts,
    )
    return _save(page, parent or tree.innovations[language], revision)


def complete_innovation(title: str = "Satu pintu kesehatan ibu", **fields: Any) -> InnovationPage:
    """A live record with every kind of row beside it."""
    page = innovation(
        title,
        tags=["antrean", "puskesmas"],
        values=["adaptif", "kolaboratif"],
        sdgs=[3, 16],
        matters=["kesehatan"],
        awards=[("top-99-inovasi-pelayanan-publik", 2021)],
        statuses=[("active", date(2025, 3, 1))],
        outcomes=[
            {"indicator": "waktu-tunggu", "baseline": 120, "actual": 30, "year": 2023},
            {"name_id": "Kunjungan ibu hamil", "unit": "orang", "actual": 640, "year": 2023},
        ],
        **{"matter": "kesehatan", "innovation_type": "process", "year_started": 2019} | fields,
    )
    page.milestones = [Milestone(title="Uji coba di dua puskesmas", date=date(2019, 5, 1))]
    page.resources = [Resource(kind=term(Scheme.RESOURCE_KIND, "budget"), year=2019, amount=Decimal(50))]
    page.actors = [
        Actor(
            name="Kader posyandu",
            actor_type=term(Scheme.ACTOR_TYPE, "community"),
            role=term(Scheme.ACTOR_ROLE, "partner"),
        )
    ]
    page.evidence = [
        Evidence(
            evidence_type=term(Scheme.EVIDENCE_TYPE, "report"),
            title="Laporan 2023",
            url="https://example.go.id/laporan",
            visibility=Evidence.Visibility.PUBLIC,
        )
    ]
    page.save()
    return page


def replication(copy: InnovationPage, origin: InnovationPage, **fields: Any) -> Replication:
    """``copy`` copies ``origin``."""
    return Replication.objects.create(page=copy, origin=origin, **fields)


def section(title: str = "Ruang terbatas", *, private: bool = True, language: str = "id") -> Page:
    """A section page below the index; private ones ask visitors to sign in."""
    page = InnovationSectionPage(
        title=title,
        slug=f"{slugify(title)}-{uuid.uuid4().hex[:6]}",
        locale=Locale.objects.get(language_code=language),
    )
    _save(page, baseline().innovations[language], revision=False)
    if private:
        restrict(page)
    return page


def restrict(page: Page) -> PageViewRestriction:
    """Ask visitors of ``page`` and all below it to sign in."""
    with transaction.atomic():
        return PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def collection(title: str = "Antrean", *, query: str = "tag=antrean", language: str = "id") -> CollectionPage:
    locale = Locale.objects.get(language_code=language)
    page = CollectionPage(title=title, slug=slugify(title), query=query, locale=locale)
    return _save(page, baseline().collections[language], revision=False)


def _save(page: Any, parent: Page, revision: bool) -> Any:
    with transaction.atomic():
        # Read again: a parent in memory does not know the children it was given meanwhile.
        Page.objects.get(pk=parent.pk).add_child(instance=page)
    if revision:
        saved = page.save_revision()
        if page.live:
            saved.publish()
        page.refresh_from_db()
    return page


def _fact(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _FACTS:
        return term(_FACTS[name], value)
    return _MAKERS[name](value) if name in _MAKERS else value


def _outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    if isinstance(values.get("indicator"), str):
        found = values["indicator"] = indicator(values["indicator"])
        values = {"name_id": found.label_id, "name_en": found.label_en, "unit": found.unit} | values
    return {"name_id": "Waktu tunggu"} | values


def _award(award: str | tuple[str, int]) -> AwardReceived:
    code, year = (award, None) if isinstance(award, str) else award
    return AwardReceived(award=term(Scheme.AWARD, code), year=year)


# --- People -------------------------------------------------------------------------------------


def user(role: Role | str | None = None, *, agency: str | Agency | None = None, email: str = "") -> User:
    """Somebody who can sign in with ``PASSWORD``; an agency editor writes for ``agency``."""
    email = email or f"{role or 'warga'}-{uuid.uuid4().hex[:8]}@example.go.id"
    if role is None:
        return User.objects.create_user(email, PASSWORD)
    person = create_staff_user(email=email, role=Role(role), password=PASSWORD)
    if Role(role) is Role.AGENCY_EDITOR:
        found = agency if isinstance(agency, Agency) else _MAKERS["agency"](agency or "gov-35.10")
        AgencyMembership.objects.create(user=person, agency=found)
    return person


# --- A world ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """Small, with one of each thing that can go wrong: only ``public`` records may be seen by a visitor."""

    tree: SiteTree
    complete: InnovationPage
    english: InnovationPage
    plain: InnovationPage
    copy: InnovationPage
    foreign: InnovationPage
    draft: InnovationPage
    section: Page
    hidden: InnovationPage
    administrator: User
    curator: User
    editor: User
    visitor: AnonymousUser

    @property
    def public(self) -> tuple[InnovationPage, ...]:
        return (self.complete, self.plain, self.copy, self.foreign)

    @property
    def not_public(self) -> tuple[InnovationPage, ...]:
        return (self.draft, self.hidden)


def world() -> World:
    """Six records, four of them public; one is translated, one copies another, one is foreign."""
    tree = baseline()
    agency("gov-35.10-dinas-contoh", parent="gov-35.10", label_id="Dinas Contoh", label_en="Sample Office")
    complete = complete_innovation(agency="gov-35.10-dinas-contoh")
    private = section()
    copy = innovation("Satu pintu kesehatan ibu di pulau", agency="gov-73.10", stage="replicated")
    replication(copy, complete, date=date(2022, 1, 1))
    return World(
        tree=tree,
        complete=complete,
        english=translation(complete, "One door for maternal health"),
        plain=innovation("Bank sampah", sector="environment", tags=["bank-sampah"], year_started=2021),
        copy=copy,
        foreign=innovation("Layanan bergerak", agency="x-ee-government", sector="digital-government"),
        draft=innovation("Konsep yang belum terbit", state="draft"),
        section=private,
        hidden=innovation("Catatan di ruang terbatas", parent=private),
        administrator=user(Role.ADMINISTRATOR),
        curator=user(Role.CURATOR),
        editor=user(Role.AGENCY_EDITOR, agency="gov-35.10"),
        visitor=AnonymousUser(),
    )
