"""The catalogue's data files agree with one another. No database: the files alone."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[2] / "catalogue" / "data"
SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
REGION = re.compile(r"[A-Z]{2}|\d{2}(?:\.\d{2})?")
HEADERS = {
    "terms": "scheme code year parent label_id label_en synonyms valid_from valid_to crosswalk note"
    " confirmed",
    "regions": "code parent kind label_id label_en synonyms",
    "agencies": "code parent level region label_id label_en synonyms country",
    "units": "code parent level region label_id label_en synonyms country",
    "indicators": "code label_id label_en unit direction aggregation sdg synonyms unit_en",
    "programmes": "code label_id label_en synonyms",
    "laboratories": "code label_id label_en agency region source",
    "tags": "code label_id label_en synonyms",
    "synonyms": "words_id_or_en",
    "real-mapping": "slug agency region matter status status_date stage lab programme collections"
    " title_id_short",
    "real-awards": "slug award year note as_recorded",
    "real-outcomes": "slug position indicator",
}
LABELLED = ["terms", "regions", "agencies", "units", "indicators", "programmes", "laboratories", "tags"]
COLLECTIONS = {"dari-tatap-muka-ke-daring", "kerja-fleksibel", "lahir-di-masa-pandemi"}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records() -> list[dict[str, Any]]:
    with (DATA / "real-innovations.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def split(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def codes(name: str) -> set[str]:
    return {row["code"] for row in rows(name)}


def scheme(name: str) -> list[str]:
    return [row["code"] for row in rows("terms") if row["scheme"] == name]


def agency_rows() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows("agencies") + rows("units")}


@pytest.mark.parametrize("name", HEADERS)
def test_header_and_cells(name: str) -> None:
    found = rows(name)
    assert found
    for row in found:
        assert list(row) == HEADERS[name].split()
        for cell in row.values():
            assert cell == cell.strip()


@pytest.mark.parametrize("name", LABELLED)
def test_labels_and_synonyms(name: str) -> None:
    for row in rows(name):
        assert row["label_id"], row["code"]
        assert row["label_en"], row["code"]
        synonyms = row.get("synonyms", "").split(";") if row.get("synonyms") else []
        assert all(word == word.strip() and word for word in synonyms), row["code"]
        assert len(synonyms) == len(set(synonyms)), row["code"]


@pytest.mark.parametrize("name", LABELLED)
def test_codes_are_unique_slugs(name: str) -> None:
    found = rows(name)
    keys = Counter((row.get("scheme", ""), row["code"], row.get("year", "")) for row in found)
    assert [key for key, count in keys.items() if count > 1] == []
    pattern = REGION if name == "regions" else SLUG
    assert [row["code"] for row in found if not pattern.fullmatch(row["code"])] == []
    assert max(len(row["code"]) for row in found) <= 80


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("sector", 18), ("opsi-sector", 13), ("type", 11), ("lan-type", 8), ("stage", 6), ("opsi-stage", 6),
        ("status", 4), ("sdg", 17), ("value", 7), ("aneka", 5), ("agency-level", 10), ("lab-stage", 5),
        ("actor-type", 5), ("actor-role", 3), ("kipp-group", 5), ("kipp-category", 22), ("kipp-criterion", 5),
        ("iid-evidence", 20), ("iid-predicate", 4), ("iid-aspect", 2), ("oecd-facet", 4),
        ("reform-pillar", 3), ("transformation", 3),
    ],
)  # fmt: skip
def test_vocabulary_sizes(name: str, count: int) -> None:
    assert len(scheme(name)) == count


def test_contract_codes() -> None:
    assert set(scheme("sector")) == {record["sector"] for record in records()}
    assert {record["innovation_type"] for record in records()} < set(scheme("type"))
    assert scheme("stage") == ["idea", "design", "pilot", "implemented", "evaluated", "replicated"]
    assert scheme("status") == ["active", "growing", "stopped", "unknown"]
    assert scheme("sdg") == [str(number) for number in range(1, 18)]
    assert set(scheme("value")) == {value for record in records() for value in record["core_values"]}


def test_terms_resolve() -> None:
    known = {(row["scheme"], row["code"]) for row in rows("terms")}
    for row in rows("terms"):
        assert SLUG.fullmatch(row["scheme"])
        assert row["confirmed"] in {"true", "false"}
        for year in (row["year"], row["valid_from"], row["valid_to"]):
            assert re.fullmatch(r"(\d{4})?", year), row
        if row["parent"]:
            assert (row["scheme"], row["parent"]) in known, row
        for target in split(row["crosswalk"]):
            assert tuple(target.split(":")) in known, row


def test_matter_is_a_tree_of_two_levels() -> None:
    matters = [row for row in rows("terms") if row["scheme"] == "matter"]
    groups = {row["code"] for row in matters if not row["parent"]}
    assert groups == {
        "absolut", "wajib-pelayanan-dasar", "wajib-non-pelayanan-dasar", "pilihan", "penunjang",
    }  # fmt: skip
    assert {row["parent"] for row in matters if row["parent"]} == groups
    assert {"pertahanan", "pertanahan"} < {row["code"] for row in matters}
    sizes = Counter(row["parent"] for row in matters if row["parent"])
    del sizes["penunjang"]
    assert sizes == {
        "absolut": 6, "wajib-pelayanan-dasar": 6, "wajib-non-pelayanan-dasar": 18, "pilihan": 8,
    }  # fmt: skip


def test_regions() -> None:
    found = rows("regions")
    kinds = Counter(row["kind"] for row in found)
    assert kinds["province"] == 38
    assert kinds["regency"] + kinds["city"] == 514
    assert {row["code"] for row in found if row["kind"] == "country"} == {
        record["country"] for record in records()
    }
    parents = {"country": "", "province": "ID"}
    for row in found:
        assert row["parent"] == parents.get(row["kind"], row["code"][:2]), row
        prefix = {"regency": "Kabupaten ", "city": "Kota "}.get(row["kind"], "")
        assert row["label_id"].startswith(prefix)
        assert not re.search(r"\b[A-Z]{4,}\b", row["label_id"]), row
    assert {row["parent"] for row in found} <= {"", *(row["code"] for row in found)}


def test_agencies() -> None:
    agencies = agency_rows()
    regions, levels = codes("regions"), set(scheme("agency-level"))
    assert len(agencies) == len(rows("agencies")) + len(rows("units"))
    for code, row in agencies.items():
        assert row["level"] in levels, code
        assert row["region"] in regions, code
        assert not row["parent"] or row["parent"] in agencies, code
        foreign = row["level"] == "foreign"
        assert foreign == (row["country"] != "ID") == code.startswith("x-"), code
        if foreign:
            assert row["region"] == row["country"], code
            assert code.startswith(f"x-{row['country'].lower()}-"), code
    for row in rows("units"):
        assert row["parent"], row
        assert row["code"].startswith(f"{row['parent']}-"), row


def test_every_province_regency_and_city_has_its_government() -> None:
    agencies = agency_rows()
    for region in rows("regions"):
        if region["kind"] != "country":
            government = agencies[f"gov-{region['code']}"]
            assert (government["region"], government["level"]) == (region["code"], region["kind"])
            assert government["label_id"].startswith("Pemerintah ")


def test_an_agency_name_means_one_agency() -> None:
    names: dict[str, set[str]] = {}
    for code, row in agency_rows().items():
        for name in (row["label_id"], row["label_en"], *split(row["synonyms"])):
            names.setdefault(name.casefold(), set()).add(code)
    assert {name: found for name, found in names.items() if len(found) > 1} == {}


def test_indicators() -> None:
    found = rows("indicators")
    assert len(found) >= 12
    goals = set(scheme("sdg"))
    for row in found:
        assert row["direction"] in {"up", "down"}
        assert row["aggregation"] in {"sum", "mean", "never"}
        assert row["sdg"] in goals
        assert row["unit"], row
        assert row["unit_en"], row


def test_programmes_and_laboratories() -> None:
    assert {row["code"] for row in rows("programmes")} == {
        "latsar", "pkp", "pka", "pkn-1", "pkn-2", "labinov", "lomba", "mandiri",
    }  # fmt: skip
    agencies, regions = agency_rows(), codes("regions")
    for row in rows("laboratories"):
        assert row["agency"] in agencies
        assert row["region"] in regions
        assert not row["source"] or row["source"].startswith("http")


def test_tags_are_those_of_the_records() -> None:
    tags = rows("tags")
    assert len(tags) == 307
    used = {tag for record in records() for tag in record["tags"]}
    assert {tag["label_id"].casefold() for tag in tags} == used
    for tag in tags:
        assert tag["code"] == re.sub(r"[^a-z0-9]+", "-", tag["label_id"].casefold())


def test_synonym_groups_do_not_share_words() -> None:
    groups = [row["words_id_or_en"].split(";") for row in rows("synonyms")]
    assert len(groups) >= 120
    assert all(len(group) >= 2 for group in groups)
    words = Counter(word.casefold() for group in groups for word in group)
    assert "" not in words
    assert [word for word, count in words.items() if count > 1] == []


def test_every_record_is_mapped() -> None:
    mapping = {row["slug"]: row for row in rows("real-mapping")}
    real = {record["slug"]: record for record in records()}
    assert len(real) == 129
    assert list(mapping) == list(real)
    agencies, regions = agency_rows(), codes("regions")
    allowed = {
        "matter": {"", *scheme("matter")},
        "status": set(scheme("status")),
        "stage": set(scheme("stage")),
        "lab": {"", *codes("laboratories")},
        "programme": {"", *codes("programmes")},
        "region": {"", *regions},
    }
    for slug, row in mapping.items():
        assert row["agency"] in agencies, slug
        for column, values in allowed.items():
            assert row[column] in values, (slug, column)
        assert set(split(row["collections"])) <= COLLECTIONS, slug
        assert re.fullmatch(r"(\d{4}(-\d\d-\d\d)?)?", row["status_date"]), slug
        assert 0 < len(row["title_id_short"]) <= 60, slug


def test_every_agency_of_the_records_resolves_to_one_row() -> None:
    mapping = {row["slug"]: row["agency"] for row in rows("real-mapping")}
    agencies = agency_rows()
    by_name: dict[str, set[str]] = {}
    for record in records():
        by_name.setdefault(record["agency"], set()).add(mapping[record["slug"]])
    assert {name: found for name, found in by_name.items() if len(found) != 1} == {}
    # A joint undertaking has no row of its own: it hangs under the ministry that leads it.
    joint = {"Kementerian Keuangan bersama Kementerian ESDM dan kementerian terkait"}
    for name, (code,) in by_name.items():
        row = agencies[code]
        known = {row["label_id"], row["label_en"], *split(row["synonyms"])}
        assert name in known or name in joint, name


def test_the_mapping_says_no_more_than_the_record() -> None:
    agencies = agency_rows()
    provinces = {row["code"]: row["label_id"] for row in rows("regions") if row["kind"] == "province"}
    real = {record["slug"]: record for record in records()}
    for row in rows("real-mapping"):
        record = real[row["slug"]]
        region = row["region"] or agencies[row["agency"]]["region"]
        assert agencies[row["agency"]]["country"] == record["country"], row
        assert provinces.get(region[:2]) == record["province"], row
        assert row["stage"] == ("pilot" if record["stage"] == "pilot" else "implemented"), row
        assert (row["status"] == "stopped") == (record["stage"] == "ended"), row
        if row["status"] in {"active", "growing"}:
            assert row["status_date"], row
            assert record["source_url"], row
        if "lahir-di-masa-pandemi" in split(row["collections"]):
            assert record["year_started"] in {2020, 2021}, row
        if "dari-tatap-muka-ke-daring" in split(row["collections"]):
            assert record["digital"], row


def test_each_collection_has_members() -> None:
    members = Counter(name for row in rows("real-mapping") for name in split(row["collections"]))
    assert set(members) == COLLECTIONS
    assert min(members.values()) >= 2


def test_awards_are_split_without_loss() -> None:
    awards = set(scheme("award"))
    found = rows("real-awards")
    assert {row["award"] for row in found} == awards
    recorded = [(record["slug"], award) for record in records() for award in record["awards"]]
    assert [(row["slug"], row["as_recorded"]) for row in found] == recorded
    for row in found:
        assert re.fullmatch(r"\d{4}", row["year"]), row
        assert row["year"] in row["as_recorded"], row
    keys = Counter((row["slug"], row["award"], row["year"]) for row in found)
    assert max(keys.values()) == 1


def test_outcomes_get_an_indicator_of_their_own_unit() -> None:
    units = {row["code"]: row["unit"] for row in rows("indicators")}
    outcomes = {record["slug"]: record["outcomes"] for record in records()}
    for row in rows("real-outcomes"):
        outcome = outcomes[row["slug"]][int(row["position"]) - 1]
        assert outcome["unit"] == units[row["indicator"]], row
