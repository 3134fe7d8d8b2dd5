"""`make bench`: its figures, its folder and its load, without the load of 36 000 records."""

from __future__ import annotations

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from catalogue.models import InnovationPage
from scripts.bench import bare, client, figures, load, loading, prepare, stock, witness
from scripts.bench.servers import Server
from scripts.tooling.console import Stop

BODIES = {
    "/long": b"x" * 70_000,
    "/ten": b'{"total": 10, "degraded": false}',
    "/copy": b'{"total": 10, "degraded": true}',
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        body = BODIES.get(self.path, b"hello")
        self.send_response(503 if self.path == "/down" else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/closing":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        found.daemon_threads = True
        found.asked = []
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def test_the_client_asks_as_often_as_told_for_each_address_in_turn(server):
    answer = client.run(server.server_port, 3, 20, ["/", "/long"])
    assert sorted(server.asked) == ["/"] * 10 + ["/long"] * 10
    assert answer["failed"] == 0
    assert answer["bytes"] == 10 * 5 + 10 * 70_000
    assert len(answer["times"]) == 20


def test_the_client_counts_what_was_not_answered_by_200(server):
    assert client.run(server.server_port, 2, 6, ["/", "/down"])["failed"] == 3


def test_the_client_goes_on_when_the_server_closes_a_connection(server):
    answer = client.run(server.server_port, 1, 5, ["/closing"])
    assert answer["failed"] == 0
    assert len(server.asked) == 5


def test_a_load_with_failures_is_no_figure(server):
    with pytest.raises(Stop, match="failed"):
        load.ask(load.Target("page", Server(server.server_port, os.getpid()), ["/down"], 4), 4)


def test_rates_are_compared_within_their_round():
    measured = {
        load.HELLO: load.Rounds(rates=[1000.0, 4000.0, 2000.0]),
        "page": load.Rounds(rates=[20.0, 40.0, 50.0]),
    }
    assert load.ratios(measured, "page") == [1 / 50, 1 / 100, 1 / 40]
    target = load.Target("page", Server(1, 1), ["/"], 10, parts=60)
    (figure,) = load.figures([target], measured)
    assert (figure.value, figure.goal, figure.passed) == ("1/50", "≥ 1/60", True)


@pytest.mark.parametrize(
    ("path", "known", "failed", "shrunk"),
    [("/ten", 10, 0, 0), ("/ten", 11, 0, 1), ("/copy", 10, 1, 0), ("/down", 10, 1, 0), ("/", 10, 1, 0)],
)
def test_a_witness_tells_a_failed_answer_from_a_shrunken_one(server, path, known, failed, shrunk):
    seen = witness.Seen()
    witness.ask(server.server_port, path, known, seen)
    assert (seen.asked, seen.failed, seen.shrunk) == (1, failed, shrunk)
    assert len(seen.troubles) == failed + shrunk


def test_witnesses_ask_until_the_block_ends(server):
    with loading.witnesses(server.server_port, {"/ten": 11}) as seen:
        while len(server.asked) < loading.CLIENTS:
            time.sleep(0.05)
    assert len(seen) == loading.CLIENTS
    assert all(one["asked"] == one["shrunk"] > 0 for one in seen)


def test_search_fields_of_wagtail_are_declared_for_the_comparison_alone():
    before = InnovationPage.search_fields
    with stock.declared():
        countable = {
            field.get_attname(InnovationPage) for field in InnovationPage.get_filterable_search_fields()
        }
        assert set(stock.FACETS) <= countable
    assert InnovationPage.search_fields is before


@pytest.mark.parametrize(("value", "verdict"), [(9.9, "pass"), (10.0, "pass"), (10.1, "MISS")])
def test_a_figure_says_whether_its_goal_is_reached(value, verdict):
    figure = figures.at_most("engine", value, 10.0, "ms")
    assert (figure.verdict, figure.goal) == (verdict, "≤ 10 ms")


def test_the_table_has_a_line_a_figure_and_aligned_columns():
    found = [figures.at_most("one", 1.0, 2.0, "s"), figures.plain("another one", 12345.6, "MB", 0)]
    lines = figures.figures_table("Title", found).splitlines()
    assert lines[1] == "Title"
    assert any("another one" in line and "12 346 MB" in line for line in lines)
    assert len({len(line) for line in lines[2:]}) == 1


def test_the_benchmark_has_a_folder_of_its_own_and_never_another_database(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ.update(VAR_DIR=str(tmp_path), DATABASE_URL="postgres://somewhere/else", API_RATE="1/min")
    folder = prepare.own_environment(500)
    assert folder == tmp_path / "bench" / "500"
    assert os.environ["VAR_DIR"] == str(folder)
    assert os.environ["API_RATE"] == ""
    assert "DATABASE_URL" not in os.environ


def test_a_prepared_catalogue_is_kept(monkeypatch, tmp_path):
    steps = []
    monkeypatch.setattr(prepare.site, "prepare", lambda env, demo_size: steps.append("site"))
    monkeypatch.setattr(prepare, "timed", lambda title, command, env: steps.append(command[0]) or 2.0)
    made = prepare.prepare(tmp_path, 500)
    assert (made.size, made.demo_seconds) == (500, 2.0)
    assert prepare.prepare(tmp_path, 500) == made
    assert steps == ["site", "demo", "worker", "site"]


def test_bare_calls_are_those_the_engine_made():
    class Searcher:
        def __init__(self):
            self.calls = []

        def search(self, query, limit):
            self.calls.append((query, limit))
            return len(self.calls)

    searcher = Searcher()
    recorder = bare.Recorder(searcher)
    assert recorder.search("q", limit=20) == 1
    recorder.play()
    assert searcher.calls == [("q", 20), ("q", 20)]
