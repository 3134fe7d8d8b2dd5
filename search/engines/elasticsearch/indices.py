"""Which index answers: an alias that carries the fingerprint of its layout points at one generation.

A cluster may hold several sites, each with a prefix of its own. A process whose code has another layout asks
for another alias, so it never searches an index it can't read.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from elasticsearch import Elasticsearch, NotFoundError

from search.engines.elasticsearch.client import WRITE_SECONDS, answering
from search.engines.elasticsearch.layout import Layout
from search.errors import SearchUnavailable
from search.types import IndexState

GENERATION: Final = "-generation-"
_WRITES: Final = "-writes"


def writes(name: str) -> str:
    """The alias that changes for the generation ``name`` are sent to.

    It goes with its index, so a change that arrives after a rebuild finds nothing to be written to: the new
    generation has no tombstone that would refuse an old document.
    """
    return f"{name}{_WRITES}"


class Indices:
    """The indices of one site, and the alias that names the one that answers."""

    def __init__(self, client: Elasticsearch, prefix: str, layout: Layout) -> None:
        self.client = client
        # Nobody waits for these, and an index may take a while to be made.
        self.patient = client.options(request_timeout=WRITE_SECONDS)
        self.prefix = prefix
        self.layout = layout
        self.alias = f"{prefix}-{layout.fingerprint}"

    @property
    def _every(self) -> str:
        return f"{self.prefix}{GENERATION}*"

    def new_name(self) -> str:
        return f"{self.prefix}{GENERATION}{secrets.token_hex(6)}"

    def aliases(self) -> dict[str, set[str]]:
        """Index → the aliases it is searched by, for every index of this site; also those without one."""
        found = self.client.indices.get_alias(index=self._every, allow_no_indices=True)
        return {index: set(entry["aliases"]) - {writes(index)} for index, entry in found.items()}

    def current(self) -> str:
        """The index that answers; raises ``SearchUnavailable`` with the reason where there is none."""
        with answering():
            aliases = self.aliases()
        for index, names in aliases.items():
            if self.alias in names:
                return index
        if any(aliases.values()):
            wanted = self.layout.definition.schema_version
            reason = f"the index has another schema version than {wanted}; it has to be rebuilt"
            raise SearchUnavailable(reason, IndexState.OTHER_SCHEMA)
        raise SearchUnavailable("the index is missing; it has to be built", IndexState.MISSING)

    def create(self, name: str, *, shards: int, replicas: str) -> None:
        settings = self.layout.settings(shards=shards, replicas=replicas) | {"refresh_interval": "-1"}
        self.patient.indices.create(
            index=name,
            settings=settings,
            mappings=self.layout.mappings(),
            aliases={writes(name): {}},
            wait_for_active_shards="1",
        )

    def switch(self, to: str) -> None:
        """Make ``to`` the index that answers, in one step, and drop those that did."""
        old = [index for index, names in self.aliases().items() if names and index != to]
        remove: list[Mapping[str, Any]] = [{"remove_index": {"index": index}} for index in old]
        add = {"add": {"index": to, "alias": self.alias}}
        self.patient.indices.update_aliases(actions=[*remove, add])

    def drop_orphans(self) -> None:
        """Remove indices that no alias names: what killed builds have left."""
        for index, names in self.aliases().items():
            if not names:
                self.drop(index)

    def drop(self, index: str) -> None:
        """Remove an index; one that is gone already is as it should be."""
        try:
            self.patient.indices.delete(index=index)
        except NotFoundError:
            return

    def problems(self) -> list[str]:
        """What is wrong with the index that a rebuild would mend."""
        found = self.client.indices.get_mapping(index=self.alias)
        problems = []
        for index, entry in found.items():
            kept = entry["mappings"].get("properties", {})
            if missing := sorted(set(self.layout.mappings()["properties"]) - set(kept)):
                problems.append(f"{index} lacks the fields {', '.join(missing)}")
            if entry["mappings"].get("dynamic") != "strict":
                problems.append(f"{index} takes fields that nobody declared")
        return problems
