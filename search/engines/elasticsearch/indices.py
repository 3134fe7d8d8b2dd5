"""Which index answers: an alias that carries the fingerprint of its layout points at one generation.

A cluster may hold several sites, each with a prefix of its own. A process whose code has another layout asks
for another alias, so it never searches an index it can't read.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from elasticsearch import Elasticsearch, NotFoundError

from search.engines.elasticsearch.client import ADMINISTRATION_SECONDS, answering
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
        # No visitor waits for these, and a cluster that has just started takes a while for each.
        self.patient = client.options(request_timeout=ADMINISTRATION_SECONDS)
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
        return self._aliases(self.patient)

    def _aliases(self, client: Elasticsearch) -> dict[str, set[str]]:
        found = client.indices.get_alias(index=self._every, allow_no_indices=True)
        return {index: set(entry["aliases"]) - {writes(index)} for index, entry in found.items()}

    def answers(self, index: str) -> bool:
        """Whether searches go to this index."""
        return self.alias in self.aliases().get(index, ())

    def current(self) -> str:
        """The index that answers; raises ``SearchUnavailable`` with the reason where there is none.

        Asked for within a visitor's limit, as the readiness check and the admin wait for it.
        """
        with answering():
            aliases = self._aliases(self.client)
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

    def make_searchable(self, name: str) -> None:
        """Have what is written show by itself, as it doesn't while an index is being filled."""
        self.patient.indices.put_settings(index=name, settings={"refresh_interval": None})

    def switch(self, to: str) -> list[str]:
        """Make ``to`` the index that answers, in one step; returns those that did, which no alias names now.

        They are not removed in that step: searches that are on their way to them would fail, and find the
        same index once more if they were sent again before every node knows of the switch.
        """
        named = {index: names for index, names in self.aliases().items() if names and index != to}
        remove: list[Mapping[str, Any]] = [
            {"remove": {"index": index, "aliases": sorted(names)}} for index, names in named.items()
        ]
        add = {"add": {"index": to, "alias": self.alias}}
        self.patient.indices.update_aliases(actions=[*remove, add])
        return list(named)

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
        found = self.patient.indices.get_mapping(index=self.alias)
        problems = []
        for index, entry in found.items():
            kept = entry["mappings"].get("properties", {})
            if missing := sorted(set(self.layout.mappings()["properties"]) - set(kept)):
                problems.append(f"{index} lacks the fields {', '.join(missing)}")
            if entry["mappings"].get("dynamic") != "strict":
                problems.append(f"{index} takes fields that nobody declared")
        return problems
