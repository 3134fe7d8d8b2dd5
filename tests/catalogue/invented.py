"""Loading invented records, and comparing what two loadings made."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from catalogue.models import InnovationPage

SIZE = 240
SEED = 7


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def sources():
    return InnovationPage.objects.filter(origin=InnovationPage.Origin.DEMO_SYNTHETIC)


def content() -> list[tuple]:
    """Everything of the invented records but their keys in this database."""
    pages = []
    for page in sources().order_by("source_id"):
        outcomes = page.outcomes.values_list("name_id", "baseline", "target", "actual", "year")
        statuses = page.status_history.values_list("status__code", "date")
        tags = page.tagged_items.order_by("pk").values_list("tag__slug", flat=True)
        texts = (page.title, page.slug, page.summary, page.problem, page.solution, page.lessons)
        facts = (page.agency.code, page.stage.code, page.status.code, page.year_started, page.live)
        rows = (list(outcomes), list(statuses), list(tags), list(page.sdgs.values_list("code", flat=True)))
        pages.append((page.translation_key, texts, facts, rows, page.first_published_at))
    return pages
