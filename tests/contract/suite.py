"""Everything an engine must do: subclass ``EngineContract`` and name the engine.

::

    class TestEmbedded(EngineContract):
        engine_factory = EmbeddedEngine
"""

from __future__ import annotations

from tests.contract.facets_contract import FacetsContract
from tests.contract.text_contract import TextContract
from tests.contract.writes_contract import WritesContract


class EngineContract(FacetsContract, TextContract, WritesContract):
    """The whole contract; ``engine_factory(definition, folder)`` makes the engine under test."""
