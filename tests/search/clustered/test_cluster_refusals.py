"""Single records that a real cluster refuses or puts off: the others go on, and nothing of them is told."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from search.engines.elasticsearch import documents, writer
from search.models import PendingChange
from search.rebuild import rebuild
from search.types import Refusal
from tests.doubles import document
from tests.search.clustered.steps import edit
from tests.truth import assert_index_tells_the_truth

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


def test_one_item_is_refused_and_one_put_off_the_others_are_indexed(engine, server, records, job, faults):
    job.work()
    keys = edit(records, 5)

    def rewrite(answer: dict) -> dict:
        for item in answer["items"]:
            if item["index"]["_id"] == keys[0]:
                refused = {"type": "mapper_parsing_exception", "reason": "bad field [facet_sector]: 'Judul'"}
                item["index"] |= {"status": 400, "error": refused}
            if item["index"]["_id"] == keys[1]:
                item["index"] |= {"status": 429, "error": {"type": "rejected", "reason": "busy"}}
        return answer

    faults.rewrite = rewrite
    job.work()
    owed = {str(row.key): row for row in PendingChange.objects.all()}
    assert set(owed) == set(keys[:2])
    assert owed[keys[0]].reason == "mapper_parsing_exception: bad field [facet_sector]: …"
    assert owed[keys[0]].refusal == Refusal.FIELD
    assert owed[keys[0]].parked_at is not None
    assert owed[keys[1]].parked_at is None

    faults.rewrite = None
    PendingChange.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    job.work()
    assert not PendingChange.objects.exists()
    assert_index_tells_the_truth(server)


def test_what_the_cluster_itself_refuses_is_parked_and_the_rest_goes_on(server):
    rebuild(engine=server)
    poisoned = document("poisoned", 1, "Judul")
    poisoned.numbers["year"] = "not a number"
    server.layout.__dict__["ranges"] = ("year",)
    done = server.apply([document("good", 1, "Judul"), poisoned])
    assert [ack.key for ack in done if ack.error is None] == ["good"]
    assert "strict_dynamic_mapping_exception: " in done[1].error
    assert "[number_year]" in done[1].error
    assert done[1].refusal is Refusal.FIELD


FIELDS = ("number_year", "version", "gone", "sort_newest", "exact_id_0", "facet_sector", "unknown", "stored")
VALUES = {
    "words": "Budi Canary",
    "quotes": 'it\'s Budi "Canary" [Budi] (Canary',
    "alike": "failed to parse Budi Canary",
    "object": {"Canary": {"Budi": "Canary"}},
    "list": ["Budi", {"Canary": 1}],
    "long": "Budi" + "Canary" * 8_000,
    "number": 199_001_012_020_121_001_199,
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_what_the_cluster_says_of_a_record_holds_nothing_of_it(server, monkeypatch, caplog, value):
    """Whatever field is wrong and however the server quotes it."""
    rebuild(engine=server)
    answers = {}
    for field in FIELDS:

        def encode(change, layout, field=field):
            return json.dumps({**json.loads(documents.encode(change, layout)), field: value}).encode()

        monkeypatch.setattr(writer, "encode", encode)
        made = document("record", 1, "Judul")
        (answers[field],) = server.apply([made])
        build = server.start_build()
        assert build.load([made]) == (answers[field].error is None)
        build.discard()
    refused = {field: done for field, done in answers.items() if done.error is not None}
    assert {"version", "unknown", "number_year", "gone"} <= set(refused)
    told = caplog.text + "".join(done.error for done in refused.values())
    assert not re.search(r"budi|canary|1990|judul|66, 117", told, re.IGNORECASE), told
    assert "unknown" in refused["unknown"].error
    too_large = {"sort_newest", "facet_sector"} if value == VALUES["long"] else set()
    assert {field for field, done in refused.items() if done.refusal is Refusal.TOO_LARGE} == too_large
    assert {done.refusal for done in refused.values()} <= {Refusal.TOO_LARGE, Refusal.FIELD}
