"""The catalogue's place in search: its facets, its searched texts, its reader of records."""

from __future__ import annotations

from catalogue.documents import InnovationSource
from catalogue.facets import FACETS
from search import synonyms
from search.registry import IndexDefinition, TextField

DEFINITION = IndexDefinition(
    schema_version="2",
    texts=(
        TextField("title", weight=6.0, snippet=True, title=True),
        TextField("topic", weight=3.0),
        TextField("agency", weight=3.0),
        TextField("summary", weight=2.0, snippet=True),
        TextField("problem", weight=1.2, snippet=True),
        TextField("body", weight=1.0, snippet=True),
    ),
    facets=FACETS,
    source=InnovationSource(),
    synonyms=synonyms.groups,
)
