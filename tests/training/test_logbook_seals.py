"""Entries of a logbook are sealed one after the other, and every later change of one is found."""

from __future__ import annotations

import uuid
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from tests.training import made_files
from tests.training.logs import client, entry, older, own_storage, page_of
from tests.training.people import Cast
from tests.training.scenes import people, shared_cast
from training.models import (
    Logbook,
    LogEntry,
)
from training.models.certificates import private_storage
from training.services import logbook, seals

__all__ = ["client", "own_storage", "people", "shared_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


class TestSeals:
    @pytest.fixture
    def sealed(self, client, people) -> list[LogEntry]:
        files = [[("a.jpg", made_files.photo(20 + day))] for day in range(4)]
        found = [entry(people, f"Hari {day}", files=files[day]) for day in range(4)]
        logbook.confirm(
            entry=found[2], actor=people.mentor, changes=found[2].changes, submit_key=uuid.uuid4()
        )
        for each in found[:2]:
            older(each, hours=49)
        assert seals.seal_due() == 2
        return list(LogEntry.objects.order_by("number"))

    def verify(self, people: Cast) -> str:
        """What the command says, and that it ends as it should."""
        said = StringIO()
        try:
            call_command("logbook_verify", stdout=said)
        except CommandError as error:
            return said.getvalue() if error.returncode == 1 else ""
        return ""

    def test_each_once_when_it_is_confirmed_or_two_days_old(self, people, sealed):
        assert [found.place for found in sealed] == [2, 3, 1, None]
        assert sealed[0].previous == sealed[2].digest
        assert seals.seal_due() == 0
        assert Logbook.objects.get().head == sealed[1].digest
        assert self.verify(people) == ""
        assert sealed[1].digest in page_of(people, "mentor", "logbook/print/")

    @pytest.mark.parametrize(
        "change",
        [
            {"activity": "Hari lain"},
            {"on": "2026-01-01"},
            {"link": "https://lain.example/"},
            {"digest": "0" * 64},
            {"previous": "0" * 64},
            {"place": 9},
            {"place": None, "digest": ""},
        ],
    )
    def test_a_changed_row_is_found(self, people, sealed, change):
        LogEntry.objects.filter(pk=sealed[0].pk).update(**change)
        assert str(people.project.key) in self.verify(people)

    @pytest.mark.parametrize(
        "forge",
        [
            lambda one, who: {"confirmed_at": None, "confirmed_by": None},
            lambda one, who: {"confirmed_at": one.created_at},
            lambda one, who: {"confirmed_by": who.coach},
            lambda one, who: {"confirmation": "0" * 64},
            lambda one, who: {"confirmation": "", "confirmation_place": None},
            lambda one, who: {
                "confirmed_at": None, "confirmed_by": None, "confirmation": "", "confirmation_place": None
            },
        ],
        ids=["taken away", "another time", "somebody else", "its seal", "no seal", "all of it"],
    )  # fmt: skip
    def test_a_changed_confirmation_is_found(self, people, sealed, forge):
        assert self.verify(people) == ""
        LogEntry.objects.filter(pk=sealed[2].pk).update(**forge(sealed[2], people))
        assert str(people.project.key) in self.verify(people)

    def test_a_forged_confirmation_is_found(self, people, sealed):
        LogEntry.objects.filter(pk=sealed[0].pk).update(
            confirmed_at=sealed[2].confirmed_at, confirmed_by=people.mentor
        )
        assert "entry 1" in self.verify(people)

    def test_confirmations_follow_each_other_also_of_entries_sealed_long_before(self, people, sealed):
        for found in sealed[:2]:
            logbook.confirm(entry=found, actor=people.mentor, changes=found.changes, submit_key=uuid.uuid4())
        assert self.verify(people) == ""
        book = Logbook.objects.get()
        assert (book.confirmed, book.confirmed_head) == (3, LogEntry.objects.get(number=2).confirmation)
        assert book.confirmed_head in page_of(people, "mentor", "logbook/print/")
        first = LogEntry.objects.get(number=1)
        LogEntry.objects.filter(pk=first.pk).update(
            confirmed_at=None, confirmed_by=None, confirmation="", confirmation_place=None
        )
        assert self.verify(people)

    def test_what_was_confirmed_before_there_were_such_seals_is_whole(self, people, sealed):
        """The migration seals it."""
        LogEntry.objects.update(confirmation="", confirmation_place=None)
        Logbook.objects.update(confirmed=0, confirmed_head="")
        assert self.verify(people)
        migration = import_module("training.migrations.0015_sealed_confirmations")
        migration.seal_confirmations(apps, None)
        assert self.verify(people) == ""

    def test_one_byte_of_a_file_a_lost_file_or_its_row_is_found(self, people, sealed):
        file = sealed[0].files.get()
        path = private_storage().path(file.file.name)
        with open(path, "rb+") as stored:  # noqa: PTH123
            first = stored.read(40)
            stored.seek(39)
            stored.write(bytes([first[39] ^ 1]))
        assert str(file.key) in self.verify(people)
        private_storage().delete(file.file.name)
        assert str(file.key) in self.verify(people)
        file.delete()
        assert self.verify(people)

    @pytest.mark.parametrize("which", [0, 1, 2])
    def test_one_that_was_taken_out_is_found_also_at_the_end(self, people, sealed, which):
        sealed[which].files.all().delete()
        sealed[which].delete()
        assert self.verify(people)

    def test_a_confirmed_one_counts_as_sealed_whatever_its_age(self, people, sealed):
        assert not sealed[2].is_open
        assert sealed[3].is_open

    def test_only_one_project(self, people, sealed):
        LogEntry.objects.filter(pk=sealed[0].pk).update(activity="Lain")
        with pytest.raises(CommandError, match="1"):
            call_command("logbook_verify", project=str(people.project.key), stdout=StringIO())
        with pytest.raises(CommandError):
            call_command("logbook_verify", project=str(uuid.uuid4()), stdout=StringIO())
