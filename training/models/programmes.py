"""A programme's rules as data: who holds a project when, what is asked, and what leads on.

A version belongs to a programme and never changes once a batch runs by it. Its parts name each other by
code, so that a version can be copied, exported and checked as a whole.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from training.models.kinds import DocumentKind, Holder
from training.models.labels import Labelled, in_language

if TYPE_CHECKING:
    from training.models.instruments import Component, Predicate

CODE_LENGTH = 40
_MARK = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Institution(Labelled):
    """Who runs batches: a training centre, an agency's human-resources office."""

    code = models.SlugField(_("code"), max_length=CODE_LENGTH, unique=True)
    agency = models.ForeignKey(
        "catalogue.Agency",
        verbose_name=_("agency"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("training institution")
        verbose_name_plural = _("training institutions")
        ordering: ClassVar = ["label_id"]


class ProgrammeVersion(Labelled, ClusterableModel):
    """The rules of one programme, as of a year."""

    programme = models.ForeignKey(
        "catalogue.Programme", verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField(_("code"), max_length=CODE_LENGTH, unique=True)
    in_use = models.BooleanField(_("new batches may use it"), default=True)
    needs_batch = models.BooleanField(
        _("runs in batches"),
        default=True,
        help_text=_("Off where anybody starts alone, without mentor, coach or coordinator."),
    )
    is_open_learning = models.BooleanField(
        _("open learning"),
        default=False,
        help_text=_(
            "Civil servants join by themselves and go through its sessions. It runs without batches."
        ),
    )
    source = models.TextField(_("source"), help_text=_("The regulation or report these rules come from."))
    confirmed = models.BooleanField(
        _("confirmed"), default=False, help_text=_("Off while the official wording is not confirmed.")
    )
    passing_mark = models.DecimalField(
        _("lowest mark that passes"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_MARK,
        help_text=_("Empty: the total decides nothing."),
    )
    divergence = models.DecimalField(
        _("points apart that must be settled"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(15),
        validators=_MARK,
        help_text=_("Totals of two examiners of the same seminar that lie this far apart are settled first."),
    )
    scoring_source = models.TextField(
        _("source of the scoring"),
        blank=True,
        help_text=_("Where weights, criteria and predicates come from, and what is not confirmed."),
    )
    stamp = models.UUIDField(
        default=uuid.uuid4,
        editable=False,
        help_text="Another with every save, so that no process keeps old rules.",
    )

    class Meta:
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        ordering: ClassVar = ["code"]

    def save(self, **options: Any) -> None:
        self.stamp = uuid.uuid4()
        if options.get("update_fields") is not None:
            options["update_fields"] = [*options["update_fields"], "stamp"]
        super().save(**options)

    def state(self, code: str) -> State | None:
        """The state with ``code``; read once with all others of this version."""
        return next((state for state in self.all_states if state.code == code), None)

    @property
    def all_states(self) -> list[State]:
        return self._rows("states")

    @property
    def all_moves(self) -> list[Move]:
        return self._rows("moves")

    @property
    def all_steps(self) -> list[Step]:
        """The steps, each with its questions in ``all_questions``."""
        steps: list[Step] = self._rows("steps")
        for step in steps:
            step.all_questions = [
                question for question in self._rows("questions") if question.step == step.code
            ]
        return steps

    @property
    def all_components(self) -> list[Component]:
        """What is scored, each with its criteria in ``all_criteria``; none where no scores are asked for."""
        components: list[Component] = self._rows("components")
        for component in components:
            component.all_criteria = [
                criterion for criterion in self._rows("criteria") if criterion.component == component.code
            ]
        return components

    @property
    def asks_for_scores(self) -> bool:
        """Whether anything is scored; one query, also with the criteria unread."""
        return bool(self._rows("components"))

    @property
    def all_predicates(self) -> list[Predicate]:
        """The predicates, the highest first."""
        rows: list[Predicate] = self._rows("predicates")
        return sorted(rows, key=lambda row: row.from_mark, reverse=True)

    @property
    def start(self) -> State:
        """Where projects begin. Raises ``LookupError`` for a version without a start."""
        found = next((state for state in self.all_states if state.is_start), None)
        if found is None:
            raise LookupError(f"{self.code} has no start")
        return found

    def forget_rows(self) -> None:
        """Read all parts anew: a form may have changed them."""
        self.__dict__.pop("_kept_rows", None)
        _READ.pop(self.pk, None)

    def _rows(self, name: str) -> list[Any]:
        kept: dict[str, list[Any]] = self.__dict__.setdefault("_kept_rows", {})
        if name not in kept:
            in_a_form = name in getattr(self, "_cluster_related_objects", ())
            kept[name] = list(getattr(self, name).all()) if in_a_form else self._read(name)
        return kept[name]

    def _read(self, name: str) -> list[Any]:
        """From the database, once a process for each ``stamp``: a page reads seven kinds of rows."""
        stamp, rows = _READ.get(self.pk, (None, {}))
        if stamp != self.stamp:
            rows = {}
            _READ[self.pk] = self.stamp, rows
        if name not in rows:
            rows[name] = list(getattr(self, name).all())
        return list(rows[name])


_READ: dict[int, tuple[uuid.UUID, dict[str, list[Any]]]] = {}
"""By a version's key: its stamp and its rows, which nobody changes."""


class _Part(Orderable):
    """What a version consists of, found by its code."""

    code = models.SlugField(_("code"), max_length=CODE_LENGTH)

    class Meta(Orderable.Meta):
        abstract = True


class State(Labelled, _Part):
    """Where a project may be."""

    class Anchor(models.TextChoices):
        """What a due date is counted from."""

        ENTERED = "entered", _("entering the state")
        START = "start", _("the batch's start")
        DESIGN_SEMINAR = "seminar-1", _("the design seminar")
        RESULT_SEMINAR = "seminar-2", _("the result seminar")
        END = "end", _("the batch's end")

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="states")
    holder = models.CharField(_("holder"), max_length=16, choices=Holder.choices)
    next_id = models.TextField(_("what happens here, in Indonesian"), blank=True)
    next_en = models.TextField(_("what happens here, in English"), blank=True)
    due_from = models.CharField(
        _("due date counts from"), max_length=16, choices=Anchor.choices, default=Anchor.ENTERED
    )
    due_days = models.SmallIntegerField(
        _("days"), null=True, blank=True, help_text=_("Below 0: before that day. Empty: no due date.")
    )
    is_start = models.BooleanField(_("projects begin here"), default=False)
    is_end = models.BooleanField(_("projects may end here"), default=False)
    gives_certificate = models.BooleanField(_("entering it earns the certificate"), default=False)
    keeps_log = models.BooleanField(_("a logbook is kept here"), default=False)

    class Meta(_Part.Meta):
        verbose_name = pgettext_lazy("project", "state")
        verbose_name_plural = _("states")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="state_code_unique"),
        ]

    @property
    def next(self) -> str:
        return in_language(self, "next")

    @property
    def is_never_late(self) -> bool:
        """Whether projects may end here and there is no day to keep."""
        return self.is_end and self.due_days is None


class Move(Labelled, _Part):
    """A way from one state to another: who may take it and what must be true first."""

    class Kind(models.TextChoices):
        FORWARD = "forward", _("forward")
        RETURN = "return", _("back, with notes")

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="moves")
    source = models.SlugField(_("from"), max_length=CODE_LENGTH)
    target = models.SlugField(_("to"), max_length=CODE_LENGTH)
    actor = models.CharField(_("by"), max_length=16, choices=Holder.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.FORWARD)
    guards = models.CharField(
        _("guards"),
        max_length=500,
        blank=True,
        help_text=_("What must be true first, separated by spaces; the list stands in the documentation."),
    )
    document = models.CharField(
        _("gives the document"),
        max_length=16,
        choices=DocumentKind.choices,
        blank=True,
        help_text=_("Signed by the site once the move is made."),
    )
    needs_note = models.BooleanField(
        _("the reason is minuted"),
        default=False,
        help_text=_("Whoever makes the move writes why. Returns always ask for notes."),
    )
    confirmed = models.BooleanField(
        _("guards confirmed"),
        default=True,
        help_text=_("Off while no public source says what they ask for."),
    )
    guards_source = models.CharField(
        _("source of the guards"),
        max_length=500,
        blank=True,
        help_text=_("Where they come from, and what is not confirmed."),
    )

    class Meta(_Part.Meta):
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "source", "code"], name="move_code_unique"),
        ]

    @property
    def is_return(self) -> bool:
        return self.kind == self.Kind.RETURN

    @property
    def asks_for_words(self) -> bool:
        """Whether nobody makes it without a note."""
        return self.is_return or self.needs_note


class Step(Labelled, _Part):
    """A page of questions, open for writing in the states that name it."""

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="steps")
    introduction_id = models.TextField(_("introduction in Indonesian"), blank=True)
    introduction_en = models.TextField(_("introduction in English"), blank=True)
    open_in = models.CharField(
        _("open in the states"), max_length=500, help_text=_("Codes of states, separated by spaces.")
    )

    all_questions: list[Question]

    class Meta(_Part.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="step_code_unique"),
        ]

    @property
    def introduction(self) -> str:
        return in_language(self, "introduction")

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.open_in.split())


class Question(Labelled, _Part):
    """One thing asked, with its limits and a good example beside it."""

    class Kind(models.TextChoices):
        LINE = "line", _("one line")
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        CHOICE = "choice", _("one of several")
        TABLE = "table", _("rows of a table")
        ROW = "row", _("one row of a table")
        RECORDS = "records", _("records of the catalogue")

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="questions")
    step = models.SlugField(_("step"), max_length=CODE_LENGTH)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    help_id = models.TextField(_("help in Indonesian"), blank=True)
    help_en = models.TextField(_("help in English"), blank=True)
    example_id = models.TextField(_("a good example, in Indonesian"), blank=True)
    example_en = models.TextField(_("a good example, in English"), blank=True)
    required = models.BooleanField(_("must be answered"), default=True)
    needed_when = models.CharField(
        _("must be answered when"),
        max_length=200,
        blank=True,
        help_text=_("Another question and the choices that ask for this one: question=choice|choice."),
    )
    words_min = models.PositiveSmallIntegerField(_("words at least"), null=True, blank=True)
    words_max = models.PositiveSmallIntegerField(_("words at most"), null=True, blank=True)
    rows_min = models.PositiveSmallIntegerField(_("rows at least"), null=True, blank=True)
    options = models.JSONField(
        _("choices or columns"),
        default=list,
        blank=True,
        help_text=_("A list of objects with code, label_id, label_en; a column has kind and options, too."),
    )
    becomes = models.CharField(
        _("becomes in the record"),
        max_length=40,
        blank=True,
        help_text=_("The field of the innovation's record that the answer fills."),
    )

    class Meta(_Part.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="question_code_unique"),
        ]

    @property
    def help(self) -> str:
        return in_language(self, "help")

    @property
    def example(self) -> str:
        return in_language(self, "example")
