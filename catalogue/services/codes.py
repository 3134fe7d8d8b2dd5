"""The vocabularies for applications above: codes with labels, and the agencies to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalogue.models import Agency
from catalogue.models.terms import Scheme
from catalogue.vocabulary import snapshot

Choice = dict[str, str]


def choices(scheme: str) -> list[Choice]:
    """Current codes of a vocabulary in its order, with ``label_id`` and ``label_en``.

    Of a tree those that nothing lies below: what stands above them only groups them. Raises ``ValueError``
    when there is no such vocabulary.
    """
    terms = snapshot().terms[Scheme(scheme)]
    return [
        {"code": entry.code, "label_id": entry.label_id, "label_en": entry.label_en}
        for entry in terms.entries.values()
        if entry.heir is None and entry.code not in terms.children
    ]


FOREIGN = "x-"
"""What codes of agencies abroad begin with; nobody here works for one."""


def agency_choices(language: str) -> Iterator[tuple[str, str]]:
    """Code and label of every agency of this country that is not a unit of another, by label."""
    agencies = snapshot().agencies
    tops = [
        code
        for root in agencies.roots()
        for code in agencies.children.get(root, ())
        if not code.startswith(FOREIGN)
    ]
    yield from sorted(
        ((code, agencies.label(code, language)) for code in tops), key=lambda pair: pair[1].casefold()
    )


def agency_id(code: str) -> int | None:
    """The key of the agency that ``code`` (or what it was merged into) names; ``None`` when unknown."""
    current = snapshot().agencies.resolve(code)
    return Agency.objects.filter(code=current).values_list("pk", flat=True).first() if current else None


def agency_ids(codes: Iterable[str]) -> dict[str, int]:
    """What ``agency_id`` says of each of ``codes``, without those that are unknown. One query."""
    agencies = snapshot().agencies
    current = {code: found for code in codes if (found := agencies.resolve(code))}
    keys = dict(Agency.objects.filter(code__in=set(current.values())).values_list("code", "pk"))
    return {code: keys[found] for code, found in current.items() if found in keys}


def agency_label(key: int | None, language: str) -> str:
    """The name of the agency with this primary key; empty for none."""
    agencies = snapshot().agencies
    code = agencies.codes.get(key) if key is not None else None
    return agencies.label(code, language) if code else ""


def agency_code(key: int | None) -> str:
    """The current code of the agency with this primary key; empty for none."""
    return snapshot().agencies.codes.get(key, "") if key is not None else ""


def agencies_called(text: str) -> list[str]:
    """Codes of the agencies with this code or exactly this name in any language, whatever its case."""
    agencies = snapshot().agencies
    wanted = text.casefold()
    # What stands under nothing is a level of government.
    current = [entry for entry in agencies.entries.values() if entry.heir is None and entry.parent]
    by_code = agencies.resolve(text)
    if by_code in {entry.code for entry in current}:
        return [str(by_code)]
    return [
        entry.code for entry in current if wanted in (entry.label_id.casefold(), entry.label_en.casefold())
    ]


def agency_within(key: int | None, other: int | None) -> bool:
    """Whether one of two agencies is the other or a unit of it; not where one of them is unknown."""
    agencies = snapshot().agencies
    codes = [agencies.codes.get(one) for one in (key, other) if one is not None]
    if len(codes) < 2 or None in codes:
        return False
    one, two = str(codes[0]), str(codes[1])
    return one in agencies.with_ancestors(two) or two in agencies.with_ancestors(one)
