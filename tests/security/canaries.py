"""A word planted wherever nobody may read it, and another wherever everybody may.

The second is the control: a place that is searched for the first must show it, or the search is blind.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, Comment, Page, PageLogEntry

from accounts.models import User
from catalogue.models import (
    Actor,
    AwardReceived,
    Evidence,
    InnovationPage,
    Milestone,
    Outcome,
    Resource,
    StatusEntry,
    Tag,
)
from catalogue.models.terms import Scheme
from home.models import ContactPage, EventPage, NewsPage, StandardPage
from tests import factories
from tests.security.told import PRIVATE, PUBLIC

LETTERS = "bcfghjklmpqvwxz"
"""Without those that a stemmer may cut off."""
ADDRESS = "203.0.113.77"
"""Where an internet address is kept, which can't be a word."""
EMPLOYEE = "199001012015031001"
"""The number of an employee who doesn't exist."""
ROWS = (Outcome, Milestone, Resource, Actor, AwardReceived, StatusEntry)


def new_word(start: str) -> str:
    return start + "".join(secrets.choice(LETTERS) for _ in range(8))


def value_for(field: models.Field, word: str) -> Any:
    """``word`` as a value of ``field``."""
    if isinstance(field, models.JSONField):
        return {word: word}
    if isinstance(field, models.BinaryField):
        return word.encode()
    if isinstance(field, models.GenericIPAddressField):
        return ADDRESS
    if isinstance(field, models.EmailField):
        return f"{word}@contoh.example"
    if isinstance(field, models.URLField):
        return f"https://{word}.example/"
    if isinstance(field, models.FileField):
        return f"{word}.txt"
    return word


def record_texts(word: str) -> dict[str, Any]:
    """Every text of a record with ``word`` in it."""
    found: dict[str, Any] = {}
    for label in ("wagtailcore.Page", "catalogue.InnovationPage"):
        for name in PUBLIC[label].split():
            found[name] = value_for(InnovationPage._meta.get_field(name), word)
    del found["url_path"], found["slug"]
    return found | {"title": f"Judul {word}", "story": [("paragraph", f"<p>{word}</p>")]}


def add_rows(page: InnovationPage, word: str) -> None:
    """A row of each kind beside ``page``, its texts all ``word``; in memory until the page is saved."""
    coded = {
        Resource: {"kind": factories.term(Scheme.RESOURCE_KIND, "budget")},
        Actor: {
            "actor_type": factories.term(Scheme.ACTOR_TYPE, "community"),
            "role": factories.term(Scheme.ACTOR_ROLE, "partner"),
        },
        AwardReceived: {"award": factories.term(Scheme.AWARD, "top-99-inovasi-pelayanan-publik")},
        StatusEntry: {"status": factories.term(Scheme.STATUS, "active"), "date": date(2025, 3, 1)},
        Outcome: {"baseline": 1, "actual": 2},
    }
    for model in ROWS:
        texts = dict.fromkeys(PUBLIC[model._meta.label].split(), word)
        name = model._meta.get_field("page").remote_field.related_name
        setattr(page, name, [model(**texts, **coded.get(model, {}))])


def evidence(page: InnovationPage, word: str, visibility: str, **fields: Any) -> Evidence:
    """A row with a file; it belongs to the page at once."""
    file = get_document_model().objects.create(title=word, file=ContentFile(word.encode(), f"{word}.txt"))
    return Evidence.objects.create(
        page=page,
        evidence_type=factories.term(Scheme.EVIDENCE_TYPE, "report"),
        title=word,
        url=f"https://{word}.example/",
        sha256=word,
        document=file,
        visibility=visibility,
        **fields,
    )


def public_record(word: str) -> InnovationPage:
    """A record that says ``word`` wherever a record can."""
    texts = record_texts(word)
    page = factories.innovation(texts.pop("title"), tags=[word], **texts)
    add_rows(page, word)
    page.save()
    evidence(page, word, Evidence.Visibility.PUBLIC)
    factories.translation(page, f"Title {word}", **_words_of(word))
    return InnovationPage.objects.get(pk=page.pk)


def _words_of(word: str) -> dict[str, Any]:
    texts = record_texts(word)
    facts = {"title", *InnovationPage.fact_names()}
    return {name: text for name, text in texts.items() if name not in facts}


def plant(word: str, public: InnovationPage) -> list[InnovationPage]:
    """Put ``word`` into all that is hidden, around ``public`` and elsewhere; the hidden records."""
    factories.tag(word, state=Tag.State.PROPOSED, synonyms=word)
    author = plant_people(word)
    hidden = hidden_records(word)
    for page in hidden:
        factories.replication(page, public, changes=word, evidence=word)
    evidence(public, word, Evidence.Visibility.PRIVATE)
    expired = timezone.localdate() - timedelta(days=2)
    evidence(public, word, Evidence.Visibility.PUBLIC, expires_on=expired)
    plant_site_pages(word)
    draft_edits(public, word, author)
    Comment.objects.create(page=public, user=author, text=word, contentpath="title")
    PageLogEntry.objects.create(
        page=public, user=author, label=word, action="wagtail.edit", data={word: word},
        timestamp=timezone.now(), content_type=public.content_type,
    )  # fmt: skip
    plant_private(word)
    return hidden


def plant_people(word: str) -> User:
    """The editor of everything that is hidden."""
    author = factories.user("curator", email=f"{word}@contoh.example")
    User.objects.filter(pk=author.pk).update(first_name=word, last_name=f"{word} {EMPLOYEE}", password=word)
    return author


def hidden_records(word: str) -> list[InnovationPage]:
    """A draft, two private records, a withdrawn and an expired one, and a draft translation beside them."""
    texts = record_texts(word)
    private = factories.section(f"Ruang {word}", private=True)
    open_now = [factories.innovation(**texts, tags=[word], revision=True) for _ in range(2)]
    pages = [
        factories.innovation(**texts, tags=[word], state="draft", revision=True),
        factories.innovation(**texts, parent=private),
        factories.innovation(**texts),
        *open_now,
    ]
    factories.restrict(pages[2])
    for page in open_now:
        page.unpublish(set_expired=page is open_now[0])
    for page in pages:
        page = InnovationPage.objects.get(pk=page.pk)
        add_rows(page, word)
        page.save()
    half = factories.innovation("Terbuka tanpa terjemahan")
    factories.translation(half, f"Draft {word}", state="draft", **_words_of(word))
    return pages


def draft_edits(page: InnovationPage, word: str, author: User) -> None:
    """The latest draft of a live record: every text and every row of it changed, nothing published."""
    draft = page.get_latest_revision_as_object()
    for name, value in record_texts(word).items():
        setattr(draft, name, value)
    add_rows(draft, word)
    draft.tags.add(word)
    draft.save_revision(user=author, changed=True)


def plant_site_pages(word: str) -> None:
    """Drafts of the other kinds of pages, and one that asks its visitors to sign in."""
    home = factories.baseline().home["id"]
    body = [("paragraph", f"<p>{word}</p>")]
    texts = {"title": f"Halaman {word}", "introduction": word, "body": body, "image_alt": word}
    draft = {"live": False, "locale": home.locale}
    for number, page in enumerate(
        (
            StandardPage(**texts, **draft),
            StandardPage(**texts, locale=home.locale),
            NewsPage(**texts, **draft, date=date(2025, 1, 1)),
            EventPage(**texts, **draft, place=word, starts_at=timezone.now()),
        )
    ):
        page.slug = f"{word}-{number}"
        Page.objects.get(pk=home.pk).add_child(instance=page)
        if page.live:
            factories.restrict(page)


def plant_private(word: str) -> None:
    """A row of every model that has private fields, and those fields of all pages there are."""
    Collection.get_first_root_node().add_child(name=word)
    for label, names in PRIVATE.items():
        model = apps.get_model(label)
        values = {name: value_for(model._meta.get_field(name), word) for name in names.split()}
        if issubclass(model, Page):
            for name, value in values.items():
                model._base_manager.update(**{name: value})
        elif not list(missing(label, names, word)):
            continue
        else:
            made(model, values)
    assert ContactPage.objects.exists()


def made(model: type[models.Model], values: dict[str, Any]) -> models.Model:
    """A row with ``values`` and whatever else it can't do without, written past every signal."""
    needed = {
        field.name: _any_value(field)
        for field in model._meta.concrete_fields
        if not (field.name in values or field.null or field.has_default() or field.primary_key)
    }
    row = model(**needed | _held_together(model) | values)
    model._base_manager.bulk_create([row])
    return row


def _held_together(model: type[models.Model]) -> dict[str, Any]:
    """What the database asks of several columns of a row together."""
    if model._meta.label == "training.Thread":
        return {"batch": _any_value(model._meta.get_field("batch"))}
    if model._meta.label == "training.Seminar":
        return {"ends_at": timezone.now() + timedelta(hours=1)}
    return {}


def _any_value(field: models.Field) -> Any:
    if field.choices:
        return field.choices[0][0]
    if field.one_to_one:
        return made(field.related_model, {})
    if field.is_relation:
        return field.related_model._base_manager.order_by("pk").last() or made(field.related_model, {})
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if field.name == "number":  # unique beside what it belongs to, which other rows may do, too
        return 2 + secrets.randbelow(30_000)
    return 1 if isinstance(field, models.IntegerField | models.DecimalField) else secrets.token_hex(4)


def missing(label: str, names: str, word: str) -> Iterator[str]:
    """Fields among ``names`` that hold ``word`` in no row."""
    model = apps.get_model(label)
    rows = list(model._base_manager.values(*names.split()))
    for name in names.split():
        wanted = (word, word.encode(), ADDRESS)
        if not any(str(part) in str(row[name]) for row in rows for part in wanted):
            yield f"{label}.{name}"
