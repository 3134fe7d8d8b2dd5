"""What a project's answers say, in the words of the catalogue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import demo
from catalogue.services import intake
from training import answers, cites
from training.errors import GuardsUnmet
from training.models import Project, Question

OUTCOMES, VALUES, TAGS, YEAR = "outcomes", "values", "tags", "year_started"
REPLICATED = "replicated"
REPLICATES, CHANGES = "replicates", "changes"
"""Records that an idea copies, and what differs: of a project that is declared a replication."""


def no_agency() -> str:
    """Why a project without an agency can't become a record, in the reader's language."""
    return _("The project has no agency yet: the coordinator can set it.")


def to_proposal(project: Project) -> intake.Proposal:
    """What the answers say, in the catalogue's words. Raises ``GuardsUnmet`` without an agency."""
    if project.agency_id is None:
        raise GuardsUnmet([no_agency()])
    texts: dict[str, str] = {}
    codes: dict[str, str] = {"stage": "implemented"}
    rest: dict[str, Any] = {}
    for step in project.version.all_steps:
        for question in step.all_questions:
            answer = project.answers.get(question.code)
            if not answer or not question.becomes:
                continue
            if question.becomes in intake.TEXTS:
                texts[question.becomes] = str(answer)
            elif question.becomes in intake.CODED:
                codes[question.becomes] = str(answer)
            else:
                rest[question.becomes] = (question, answer)
    return intake.Proposal(
        title=project.title,
        texts=texts,
        codes=codes,
        agency_id=project.agency_id,
        source=_source(project),
        programme=project.version.programme.code,
        batch=project.batch.name if project.batch else "",
        values=_codes(rest.get(VALUES)),
        tags=_names(rest.get(TAGS)),
        outcomes=_outcomes(rest.get(OUTCOMES)),
        year_started=_year(rest.get(YEAR)),
        **_copied(project, codes.get("originality", ""), rest),
        is_demo=project.batch.is_demo if project.batch else demo.is_demo(project.owner),
    )


def as_published(project: Project) -> tuple[str, dict[str, Any]]:
    """Title and answers as the public record says them; nothing while visitors see none.

    Answers that became nothing in it are left out, and so are the columns of a table that did not.
    """
    record = intake.published(project.record_key) if project.record_key else None
    if record is None:
        return "", {}
    asked = [question for step in project.version.all_steps for question in step.all_questions]
    found = {question.code: _answer_in(record, question) for question in asked if question.becomes}
    if "title" in {question.code for question in asked}:
        found["title"] = record.title
    return record.title[:255], {code: answer for code, answer in found.items() if answer}


def _answer_in(record: intake.Proposal, question: Question) -> Any:
    """What the record has where ``question``'s answer went."""
    if question.becomes == VALUES:
        column = next((column for column in question.options if column.get("vocabulary")), None)
        return [{column["code"]: code} for code in record.values] if column else []
    if question.becomes == OUTCOMES:
        return [_outcome_row(outcome) for outcome in record.outcomes]
    if question.becomes == TAGS:
        return "; ".join(record.tags)
    if question.becomes == YEAR:
        return str(record.year_started or "")
    return record.texts.get(question.becomes) or record.codes.get(question.becomes, "")


def _outcome_row(outcome: intake.ProposedOutcome) -> dict[str, str]:
    numbers = {"before": outcome.baseline, "after": outcome.actual, "year": outcome.year}
    shown = {name: str(number) for name, number in numbers.items() if number is not None}
    return {"name": outcome.name, "unit": outcome.unit, **shown}


def _copied(project: Project, originality: str, rest: dict[str, Any]) -> dict[str, Any]:
    """The origins of a replication; none of another project, and nothing said where nobody was asked."""
    asked = any(q.becomes == REPLICATES for step in project.version.all_steps for q in step.all_questions)
    if not asked:
        return {}
    if originality != REPLICATED or REPLICATES not in rest:
        return {"replicates": ()}
    keys = [UUID(key) for key in cites.marked(str(rest[REPLICATES][1]))]
    return {"replicates": keys, "changes": str(rest[CHANGES][1]) if CHANGES in rest else ""}


def _source(project: Project) -> str:
    """Where the record comes from, without a name of a person."""
    parts = [project.version.label_id]
    if project.batch:
        parts += [project.batch.name, project.batch.institution.label_id]
    return ", ".join(parts)[:255]


def _codes(found: tuple[Question, Any] | None) -> list[str]:
    """The codes in the first choice column of a table, each once; what is no choice is left out."""
    if found is None:
        return []
    question, rows = found
    column = next((column for column in question.options if column.get("vocabulary")), None)
    if column is None:
        return []
    choices = {choice["code"] for choice in answers.column_choices(column)}
    return list(dict.fromkeys(code for row in rows if (code := row.get(column["code"])) in choices))


def _names(found: tuple[Question, Any] | None) -> list[str]:
    if found is None:
        return []
    names = [name.strip()[:60] for name in str(found[1]).replace("\n", ";").replace(",", ";").split(";")]
    return list(dict.fromkeys(name for name in names if name))[:8]


def _outcomes(found: tuple[Question, Any] | None) -> list[intake.ProposedOutcome]:
    if found is None:
        return []
    return [
        intake.ProposedOutcome(
            name=row.get("name", "")[:255],
            unit=row.get("unit", "")[:60],
            baseline=answers.as_number(row.get("before", "")),
            actual=answers.as_number(row.get("after", "")),
            year=_year((found[0], row.get("year", ""))),
        )
        for row in found[1]
        if row.get("name")
    ]


def _year(found: tuple[Question, Any] | None) -> int | None:
    number = answers.as_number(str(found[1])) if found else None
    return int(number) if number and number == int(number) and 1900 <= number <= 2100 else None
