"""Roll-ups equal a plain recount, and only what a visitor may see is in them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from random import Random

import pytest

from catalogue.documents import public_records
from catalogue.models import OutcomeIndicator, SharedOutcome
from catalogue.rollups import progress, roll_up
from tests import factories

pytestmark = pytest.mark.django_db

SUM, MEAN, NEVER = "pengguna-terlayani", "waktu-tunggu", "prevalensi-stunting"
AGENCIES = ("gov-35", "gov-35.10", "gov-35.10-dinas-contoh", "gov-73.10", "x-ee-government")


def units() -> None:
    factories.agency("gov-35.10-dinas-contoh", parent="gov-35.10")


def outcome(code: str, actual: float | None, **fields) -> dict:
    return {"indicator": code, "actual": None if actual is None else Decimal(str(actual)), **fields}


def totals(agency: str | None = None) -> dict:
    found = roll_up(agency=factories.agency(agency) if agency else None)
    return {total.indicator.code: total for total in found}


def test_an_agency_has_what_its_units_have():
    units()
    factories.innovation(agency="gov-35.10", outcomes=[outcome(SUM, 100)])
    factories.innovation(agency="gov-35.10-dinas-contoh", outcomes=[outcome(SUM, 40)])
    factories.innovation(agency="gov-73.10", outcomes=[outcome(SUM, 7)])
    assert totals("gov-35.10")[SUM].actual == 140
    assert totals("gov-35.10-dinas-contoh")[SUM].actual == 40
    assert totals()[SUM].actual == 147
    assert totals("gov-73.71") == {}


def test_indicators_add_up_in_their_own_way():
    rows = [outcome(code, actual) for code, actual in ((SUM, 10), (MEAN, 10), (NEVER, 10))]
    more = [outcome(code, actual) for code, actual in ((SUM, 30), (MEAN, 30), (NEVER, 30))]
    factories.innovation(outcomes=rows)
    factories.innovation(outcomes=more)
    found = totals()
    assert (found[SUM].actual, found[MEAN].actual, found[NEVER].actual) == (40, 20, None)
    assert found[NEVER].records == 2


def test_before_and_after_are_over_the_same_records():
    factories.innovation(outcomes=[outcome(SUM, 50, baseline=20)])
    factories.innovation(outcomes=[outcome(SUM, 1000)])
    factories.innovation(outcomes=[outcome(SUM, None, baseline=5)])
    total = totals()[SUM]
    assert (total.records, total.measured) == (2, 1)
    assert (total.actual, total.before, total.after) == (1050, 20, 50)


def test_a_record_counts_with_its_latest_figure():
    rows = [outcome(SUM, 10, year=2020), outcome(SUM, 30, year=2022), outcome(SUM, 20, year=2021)]
    factories.innovation(outcomes=[*rows, outcome(SUM, 99)])
    assert totals()[SUM].actual == 30


def test_another_unit_is_left_out_and_told():
    factories.innovation(outcomes=[outcome(SUM, 10), outcome(MEAN, 2, unit="jam")])
    factories.innovation(outcomes=[outcome(MEAN, 15, unit=" Menit ")])
    total = totals()[MEAN]
    assert (total.records, total.other_units, total.actual) == (1, 1, 15)


def test_only_what_is_public_counts():
    world = factories.world()
    before = totals()[MEAN].actual
    factories.innovation(state="draft", outcomes=[outcome(MEAN, 9000)])
    factories.innovation(parent=world.section, outcomes=[outcome(MEAN, 9000)])
    assert totals()[MEAN].actual == before
    world.complete.unpublish()
    assert MEAN not in totals()


def test_a_merged_agency_counts_as_its_heir():
    old = factories.agency("gov-73.10")
    factories.innovation(agency="gov-73.10", outcomes=[outcome(SUM, 5)])
    old.merged_into = factories.agency("gov-35.10")
    old.save()
    assert totals("gov-35.10")[SUM].actual == 5


def test_two_queries_whatever_the_number(django_assert_max_num_queries):
    for _ in range(3):
        factories.innovation(outcomes=[outcome(SUM, 5), outcome(MEAN, 5)])
    agency = factories.agency("gov-35.10")
    roll_up(agency=agency)
    with django_assert_max_num_queries(4):  # and the stamp of the vocabularies
        assert len(roll_up(agency=agency)) == 2


def test_a_recount_by_hand_agrees():
    """Random rows over five agencies, one inside another."""
    units()
    chance = Random(3)
    for _ in range(40):
        codes = chance.sample([SUM, MEAN, NEVER], chance.randint(0, 3))
        factories.innovation(
            agency=chance.choice(AGENCIES),
            state=chance.choice(["live", "live", "draft"]),
            outcomes=[
                outcome(
                    code,
                    chance.choice([None, chance.randint(1, 900)]),
                    baseline=chance.choice([None, chance.randint(1, 900)]),
                    year=chance.choice([None, *range(2018, 2024)]),
                )
                for code in codes
                for _repeat in range(chance.randint(1, 2))
            ],
        )
    for agency in AGENCIES:
        assert {code: t.actual for code, t in totals(agency).items()} == recount(agency), agency


def recount(code: str) -> dict[str, Decimal | None]:
    values: dict[str, list[Decimal]] = defaultdict(list)
    for page in public_records().select_related("agency"):
        line, agency = [], page.agency
        while agency:
            line.append(agency.code)
            agency = agency.parent
        if code not in line:
            continue
        for wanted in (SUM, MEAN, NEVER):
            rows = [row for row in page.outcomes.all() if row.indicator.code == wanted and row.actual]
            if rows:
                last = max(rows, key=lambda row: (row.year or 0, row.sort_order or 0, row.pk))
                values[wanted].append(last.actual)
    ways = {row.code: row.aggregation for row in OutcomeIndicator.objects.filter(code__in=[SUM, MEAN, NEVER])}
    result: dict[str, Decimal | None] = {}
    for wanted, found in values.items():
        total = sum(found)
        result[wanted] = {"sum": total, "mean": total / len(found), "never": None}[ways[wanted]]
    return result


def shared(code: str, target: float | None) -> SharedOutcome:
    return SharedOutcome.objects.create(
        code=f"bersama-{code}",
        label_id="Target bersama",
        indicator=factories.indicator(code),
        target=None if target is None else Decimal(str(target)),
    )


def test_several_agencies_contribute_to_one_target():
    goal = shared(SUM, 1000)
    for agency, actual in (("gov-35.10", 300), ("gov-35.10", 100), ("gov-73.10", 100)):
        factories.innovation(agency=agency, outcomes=[outcome(SUM, actual, shared_outcome=goal)])
    factories.innovation(outcomes=[outcome(SUM, 5000)])
    factories.innovation(state="draft", outcomes=[outcome(SUM, 5000, shared_outcome=goal)])
    found = progress(goal)
    assert (found.records, found.agencies, found.value, found.share) == (3, 2, 500, Decimal("0.5"))


def test_a_falling_indicator_goes_from_before_to_target():
    goal = shared(MEAN, 20)
    factories.innovation(outcomes=[outcome(MEAN, 60, baseline=100, shared_outcome=goal)])
    factories.innovation(outcomes=[outcome(MEAN, 40, baseline=100, shared_outcome=goal)])
    assert progress(goal).share == Decimal("0.625")


@pytest.mark.parametrize(("code", "target"), [(NEVER, 14), (SUM, None), (SUM, 0), (MEAN, 500)])
def test_a_share_that_cannot_be_told_is_none(code, target):
    goal = shared(code, target)
    factories.innovation(outcomes=[outcome(code, 20, baseline=30, shared_outcome=goal)])
    assert progress(goal).share is None
    assert progress(shared("kematian-ibu", 5)).records == 0
