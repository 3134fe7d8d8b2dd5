"""Say how good the results are for judged queries."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search.engines import get_index, index_names
from search.errors import SearchError
from search.registry import definition
from search.relevance.judgements import JudgementsRefused, load
from search.relevance.measuring import Figures, Outcome, Report, measure, record_keys

UNABLE = 2


class Command(BaseCommand):
    help = (
        "Ask the queries of a file of judgements and print nDCG@10 for each and for each kind: 1 is the best "
        "order there is, 0 means that nothing of use is among the first ten. Also: how many misspellings are "
        "recovered, and suggestions made though a record has every word as typed. Ends with 2 when the file "
        "can't be used or an engine doesn't answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("judgements", type=Path, help="a file as tests/relevance/judgements.toml is")
        parser.add_argument(
            "--engine",
            action="append",
            choices=list(settings.SEARCH_ENGINES),
            help="an engine to ask, once or more often; left out: the one that answers here and its copy",
        )
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")

    def handle(self, *args: Any, judgements: Path, engine: list[str] | None, **options: Any) -> None:
        try:
            judged = load(judgements)
            keys = record_keys(definition().source, judged)
            names = dict.fromkeys(engine or index_names())
            reports = [measure(get_index(name), judged, keys) for name in names]
        except (JudgementsRefused, SearchError) as error:
            raise CommandError(str(error), returncode=UNABLE) from error
        if options["json"]:
            self.stdout.write(
                json.dumps([_plain(report) for report in reports], indent=2, ensure_ascii=False)
            )
            return
        for report in reports:
            for line in _lines(report):
                self.stdout.write(line)


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.engine}: nDCG@10"
    for outcome in report.outcomes:
        yield f"  {outcome.ndcg:.2f}  {outcome.judged.kind:12}  {outcome.judged.words}{_said(outcome)}"
    yield f"  {'':16}  queries    mean  lowest"
    for kind, figures in [*report.kinds.items(), ("all", report.all)]:
        yield f"  {kind:16}  {_row(figures)}"
    recovered = sum(bool(outcome.recovered) for outcome in report.misspelt)
    yield f"  misspellings recovered: {recovered} of {len(report.misspelt)} ({report.recovered:.0%})"
    yield f"  needless suggestions: {len(report.needless)}"


def _said(outcome: Outcome) -> str:
    said = f" → {outcome.suggestion}" if outcome.suggestion else ""
    if outcome.recovered is False:
        said += " (not recovered)"
    return said + (" (needless)" if outcome.needless else "")


def _row(figures: Figures) -> str:
    return f"{figures.queries:7}  {figures.mean:6.3f}  {figures.lowest:6.2f}"


def _plain(report: Report) -> dict[str, Any]:
    return {
        "engine": report.engine,
        "all": asdict(report.all),
        "kinds": {kind: asdict(figures) for kind, figures in report.kinds.items()},
        "recovered": report.recovered,
        "needless": len(report.needless),
        "queries": [_plain_outcome(outcome) for outcome in report.outcomes],
    }


def _plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """Flat, and without the grades: those are in the file."""
    row = asdict(outcome)
    judged = row.pop("judged")
    return {name: judged[name] for name in ("words", "kind", "language", "meant")} | row
