"""Files of a result: complete, inert, of public records alone."""

from __future__ import annotations

import csv
import gc
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from zipfile import is_zipfile

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from catalogue import records
from catalogue.api import schemas
from catalogue.exports import views
from catalogue.exports.columns import COLUMNS, inert
from catalogue.exports.places import Places
from catalogue.models import InnovationPage
from home.workbook import LONGEST_TEXT
from search.engines.embedded import EmbeddedEngine
from tests import factories
from tests.catalogue.leaks import CANARY, hidden_records, public_with_hidden_parts

pytestmark = pytest.mark.django_db
CSV, XLSX, JSONL = (f"/id/search/export.{kind}" for kind in ("csv", "xlsx", "jsonl"))
# Headings an import knows; the others are for readers.
IMPORTED = (
    "source_id source title title_en summary problem solution novelty lessons agency region sector matter "
    "innovation_type digital stage status year_started tags values sdgs awards programme batch lab lab_stage "
    "replicates status_date status_source budget actors outcomes source_url"
)


def body(response):
    assert response.status_code == 200
    content = response.getvalue()
    response.close()
    return content


def csv_rows(client, path=CSV, **query):
    text = body(client.get(path, query)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def xlsx_rows(client, **query):
    sheet = load_workbook(io.BytesIO(body(client.get(XLSX, query)))).active
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture
def world(index):
    world = factories.world()
    index()
    return world


class TestCsv:
    def test_headings_are_those_of_the_import(self, client, world):
        rows = csv_rows(client)
        assert list(rows[0]) == list(COLUMNS)
        assert set(IMPORTED.split()) <= set(COLUMNS)

    def test_excel_reads_it_as_utf8(self, client, world):
        assert body(client.get(CSV)).startswith(b"\xef\xbb\xbf")

    def test_cells_of_a_record(self, client, world):
        row = next(row for row in csv_rows(client) if row["id"] == str(world.complete.translation_key))
        assert row["title"] == "Satu pintu kesehatan ibu"
        assert row["title_en"] == "One door for maternal health"
        assert row["agency"] == "gov-35.10-dinas-contoh"
        assert row["agency_label"] == "Dinas Contoh"
        assert row["region"] == "35.10"
        assert (row["sector"], row["sector_label"]) == ("health", "Kesehatan")
        assert row["year_started"] == "2019"
        assert row["tags"] == "antrean;puskesmas"
        assert row["sdgs"] == "3;16"
        assert row["awards"] == "top-99-inovasi-pelayanan-publik"
        assert json.loads(row["outcomes"])[0] == {
            "indicator": "waktu-tunggu",
            "unit": "menit",
            "baseline": 120,
            "actual": 30,
            "year": 2023,
        }
        assert row["url"].startswith("http://testserver/id/")

    def test_labels_speak_the_pages_language(self, client, world):
        rows = csv_rows(client, "/en/search/export.csv", sector="environment")
        assert [row["sector_label"] for row in rows] == ["Environment"]
        assert [row["sector"] for row in rows] == ["environment"]

    def test_the_query_decides(self, client, world):
        assert [row["title"] for row in csv_rows(client, q="sampah")] == ["Bank sampah"]
        assert csv_rows(client, q="tidakadayangbegini") == []

    def test_the_order_is_the_pages(self, client, world):
        titles = [row["title"] for row in csv_rows(client, sort="title")]
        assert titles == sorted(titles, key=str.casefold)
        assert len(titles) == 4

    def test_page_and_size_do_not_cut_it(self, client, world):
        assert len(csv_rows(client, page=2, size=10)) == 4

    def test_it_is_a_file_no_robot_keeps(self, client, world):
        response = client.get(CSV)
        assert response["Content-Disposition"].startswith('attachment; filename="inovasi-')
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Cache-Control"] == "no-store"

    def test_head_reads_nothing(self, client, world, monkeypatch):
        monkeypatch.setattr(EmbeddedEngine, "all_keys", None)
        assert client.head(CSV).status_code == 200


class TestSpreadsheet:
    def test_the_same_rows_as_the_csv(self, client, world):
        ids = [row["id"] for row in csv_rows(client)]
        assert [row["id"] for row in xlsx_rows(client)] == ids

    def test_numbers_dates_and_truths_stay_what_they_are(self, client, index):
        day = date(2025, 3, 1)
        factories.innovation(year_started=2020, is_digital=True, status_confirmed_on=day)
        index()
        row = xlsx_rows(client)[0]
        assert row["year_started"] == 2020
        assert row["digital"] is True
        assert row["status_date"].date() == day

    def test_texts_come_back_as_they_were(self, client, index):
        text = '  Dua baris:\n<b>"R&D"</b> 🙂 _x000D_ '
        factories.innovation(text.strip(), lessons=text, problem="a\x0bb\ufffec", novelty="é" * 40_000)
        index()
        row = xlsx_rows(client)[0]
        assert (row["title"], row["lessons"]) == (text.strip(), text)
        assert row["problem"] == "a b c"
        assert row["novelty"] == "é" * LONGEST_TEXT

    def test_an_empty_cell_is_left_out(self, client, index):
        factories.innovation()
        index()
        assert xlsx_rows(client)[0]["digital"] is None

    def test_the_headings_stay_in_sight(self, client, world):
        assert load_workbook(io.BytesIO(body(client.get(XLSX)))).active.freeze_panes == "A2"


class TestFormulas:
    HOSTILE = (
        '=HYPERLINK("http://x","y")',
        "\uff1dcmd",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\r\n=1",
        "\u00a0=1",
        "\ufeff=1",
    )

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_text_that_computes_is_made_inert(self, text):
        assert inert(text) == "'" + text

    @pytest.mark.parametrize("cell", ["biasa", "a=b", "'=1", "", None, -5, 2.5, True])
    def test_anything_else_stays(self, cell):
        assert inert(cell) == cell

    def test_in_both_files(self, client, index):
        factories.innovation(
            '=HYPERLINK("http://x")', summary="-2+3", source="@SUM(A1)", lessons="\x0b\x0c=1"
        )
        index()
        for row in (csv_rows(client)[0], xlsx_rows(client)[0]):
            assert row["title"] == '\'=HYPERLINK("http://x")'
            assert row["summary"] == "'-2+3"
            assert row["source"] == "'@SUM(A1)"
            assert row["lessons"].startswith("'")
        sheet = load_workbook(io.BytesIO(body(client.get(XLSX)))).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {
            "s",
            "n",
            "d",
            "b",
            "inlineStr",
        }


class TestJsonLines:
    def test_a_line_is_the_record_of_the_api(self, client, world):
        lines = [json.loads(line) for line in body(client.get(JSONL)).decode().splitlines()]
        assert len(lines) == 4
        for line in lines:
            schemas.RecordShape.model_validate(line)
            one = client.get(f"/api/v1/innovations/{line['id']}").json()
            assert line == one


class TestWhatIsHidden:
    @pytest.fixture(autouse=True)
    def records(self, index):
        self.public = public_with_hidden_parts()
        self.hidden = hidden_records()
        index()

    @pytest.mark.parametrize("path", [CSV, XLSX, JSONL])
    def test_nothing_of_it_is_in_a_file(self, client, path):
        content = body(client.get(path))
        if path == XLSX:
            rows = xlsx_rows(client)
            assert [row["id"] for row in rows] == [str(self.public.translation_key)]
            content = json.dumps(rows, default=str).encode()
        assert CANARY.encode() not in content
        assert str(self.public.translation_key).encode() in content
        for page in self.hidden:
            assert str(page.translation_key).encode() not in content

    def test_what_becomes_private_after_the_search_is_left_out(self, client):
        factories.restrict(self.public)
        assert csv_rows(client) == []


class TestSize:
    @pytest.mark.parametrize(("path", "first"), [(CSV, b"\xef\xbb\xbf"), (XLSX, b"PK")])
    def test_it_begins_before_a_record_is_read(self, client, world, monkeypatch, path, first):
        monkeypatch.setattr(views.records, "read", None)
        pieces = iter(client.get(path).streaming_content)
        assert next(pieces).startswith(first)
        with pytest.raises(TypeError):
            next(pieces)

    def test_a_spreadsheet_leaves_chunk_by_chunk(self, client, world, monkeypatch):
        monkeypatch.setattr(views, "CHUNK", 1)
        read = []
        original = views.records.read
        monkeypatch.setattr(views.records, "read", lambda keys: read.append(keys) or original(keys))
        seen = [len(read) for _piece in client.get(XLSX).streaming_content]
        assert seen == [0, 1, 2, 3, 4, 4]

    def test_all_of_it_in_pieces_with_the_same_queries_each(self, client, index, monkeypatch):
        monkeypatch.setattr(views, "CHUNK", 5)
        for number in range(12):
            factories.innovation(f"Inovasi {number}", tags=[f"tag-{number}"])
        index()
        with CaptureQueriesContext(connection) as captured:
            pieces = client.get(CSV).streaming_content
            seen = [(len(captured), piece.count(b"\r\n")) for piece in pieces]
        assert [lines for _queries, lines in seen] == [1, 5, 5, 2]
        queries = [after - before for (before, _), (after, _) in pairwise(seen)]
        assert len(set(queries[1:])) == 1
        assert queries[1] <= 25


class TestAtOnce:
    """Long files take few of a process's threads, so that its pages go on."""

    @pytest.fixture(autouse=True)
    def two_places(self, world, monkeypatch):
        monkeypatch.setattr(views, "CHUNK", 1)
        monkeypatch.setattr(views, "PLACES", Places(2))

    def test_who_comes_too_many_is_told_to_come_back(self, client):
        answers = [client.get(path) for path in (CSV, XLSX, JSONL)]
        assert [answer.status_code for answer in answers] == [200, 200, 503]
        assert int(answers[2]["Retry-After"]) > 0
        assert answers[2]["Cache-Control"] == "no-store"

    def test_a_short_file_and_a_page_need_no_place(self, client):
        held = [client.get(CSV) for _ in range(2)]
        assert body(client.get(CSV, {"q": "sampah"}))
        assert client.head(CSV).status_code == 200
        assert client.get("/id/search/").status_code == 200
        assert [answer.status_code for answer in held] == [200, 200]

    def test_a_place_is_free_again_after_the_last_piece(self, client):
        for _ in range(3):
            assert body(client.get(XLSX))

    def test_and_when_the_reader_goes_away(self, client):
        for _ in range(3):
            answer = client.get(CSV)
            assert answer.status_code == 200
            next(iter(answer.streaming_content))
            answer.close()

    def test_and_when_writing_fails(self, client, monkeypatch):
        monkeypatch.setattr(views.records, "read", None)
        for _ in range(3):
            with pytest.raises(TypeError):
                list(client.get(JSONL).streaming_content)

    def test_an_answer_that_was_never_begun_or_was_dropped_holds_none(self, client):
        for _ in range(3):
            assert client.get(CSV).status_code == 200
            gc.collect()


class TestBreakingOff:
    """An error in the middle: the server then ends the connection without the last chunk."""

    @pytest.fixture
    def failing(self, world, monkeypatch):
        chunks = iter([records.read([world.plain.translation_key])])
        monkeypatch.setattr(views, "CHUNK", 1)
        monkeypatch.setattr(views.records, "read", lambda keys: next(chunks, None) or self.fail())

    @staticmethod
    def fail():
        raise OperationalError("the database is gone")

    @pytest.mark.parametrize("path", [CSV, XLSX, JSONL])
    def test_reaches_the_server_which_cuts_the_answer(self, client, failing, path):
        with pytest.raises(OperationalError):
            list(client.get(path).streaming_content)

    def test_leaves_no_spreadsheet_that_opens(self, client, failing):
        received: list[bytes] = []
        with pytest.raises(OperationalError):
            received.extend(client.get(XLSX).streaming_content)
        assert len(received) == 2
        assert not is_zipfile(io.BytesIO(b"".join(received)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [CSV, XLSX, JSONL])
def test_nobody_waits_for_a_slow_reader(client, index, monkeypatch, path):
    """Between two pieces no transaction and no statement is open, so others may write."""
    monkeypatch.setattr(views, "CHUNK", 1)
    for number in range(3):
        factories.innovation(f"Inovasi {number}", tags=["antrean"])
    index()
    pieces = iter(client.get(path).streaming_content)
    next(pieces), next(pieces)
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(_write).result(timeout=30) == 3
    assert not _in_transaction()
    assert b"".join(pieces)


def _write() -> int:
    """Write what an export reads, over a connection of this thread."""
    try:
        return InnovationPage.objects.update(lessons="Ditulis sementara itu")
    finally:
        connection.close()


def _in_transaction() -> bool:
    raw = connection.connection
    return bool(raw.in_transaction if connection.vendor == "sqlite" else raw.get_transaction_status())


class TestRefusals:
    @pytest.mark.parametrize("path", [CSV, XLSX, JSONL])
    def test_a_wrong_query_is_a_400_that_names_it(self, client, world, path):
        response = client.get(path, {"sector": "nonsense"})
        assert response.status_code == 400
        assert "nonsense" in response.content.decode()

    @pytest.mark.parametrize("path", [CSV, XLSX, JSONL])
    def test_without_an_index_it_says_when_to_come_back(self, client, index, path):
        response = client.get(path)
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
