"""The form of an entry: the day and what was done are all it takes; the rest may stay empty."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.services import codes
from training import answers, logbooks
from training.models import LogEntry, Project
from training.models.logbook import LONGEST_LINK
from training.services.logbook import LONGEST, Draft, Private, private_of

PLACES = [
    ("office", gettext_lazy("office")),
    ("home", gettext_lazy("home")),
    ("field", gettext_lazy("in the field")),
]
CONDITIONS = [("fit", gettext_lazy("fit")), ("unwell", gettext_lazy("unwell"))]
LONGEST_VILLAGE = 80
DOCUMENTS = ".pdf,.docx,.xlsx,.pptx,.jpg,.jpeg,.png,.webp"


class EntryForm(forms.Form):
    """What the participant says of one day. Files are no part of it: they can't come back filled."""

    on = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    activity = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    row = forms.ChoiceField(label=gettext_lazy("Part of the plan"), required=False)
    value = forms.ChoiceField(label=gettext_lazy("BerAKHLAK value"), required=False)
    link = forms.URLField(
        label=gettext_lazy("Link to evidence"),
        required=False,
        max_length=LONGEST_LINK,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    place = forms.ChoiceField(label=gettext_lazy("Place of work"), required=False)
    village = forms.CharField(
        label=gettext_lazy("Village"),
        required=False,
        max_length=LONGEST_VILLAGE,
        help_text=gettext_lazy("Only its name, and only if you want to."),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that my mentor reads the village's name for 90 days"), required=False
    )
    condition = forms.ChoiceField(label=gettext_lazy("Condition"), required=False)

    def __init__(self, project: Project, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial or {"on": timezone.localdate()})
        self.plan = {row.code: row for row in logbooks.rows(project)}
        none = [("", _("none"))]
        unsaid = [("", _("not said"))]
        offered: dict[str, list[Any]] = {
            "row": none + [(row.code, row.label) for row in self.plan.values()],
            "value": none + values(),
            "place": unsaid + PLACES,
            "condition": unsaid + CONDITIONS,
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        typed = (data or {}).get("on", "")
        if typed and not answers.as_date(typed):  # a browser's date field drops what is no date
            self.fields["on"].widget.input_type = "text"
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_error"

    def clean_activity(self) -> str:
        return answers.cleaned(self.cleaned_data["activity"])

    def clean_village(self) -> str:
        return answers.cleaned(self.cleaned_data["village"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("village") and not given.get("consent"):
            self.add_error("village", _("Tick that you agree, or leave the village empty."))
        return given

    @property
    def draft(self) -> Draft:
        """What a valid form says. Without a value it takes that of the row of the plan."""
        given = self.cleaned_data
        row = self.plan.get(given["row"])
        return Draft(
            on=given["on"],
            activity=given["activity"],
            row=given["row"],
            value=given["value"] or (row.value if row and row.value in dict(values()) else ""),
            link=given["link"],
            private=Private(given["place"], given["village"], given["condition"]),
        )


def values() -> list[tuple[str, str]]:
    """Code and label of each BerAKHLAK value."""
    return [(option["code"], answers.option_label(option)) for option in codes.choices("value")]


def as_initial(entry: LogEntry) -> dict[str, Any]:
    """What the form of an entry that is there begins with."""
    private = private_of(entry) or Private()
    return {
        "on": entry.on,
        "activity": entry.activity,
        "row": entry.row,
        "value": entry.value,
        "link": entry.link,
        "place": private.place,
        "village": private.village,
        "consent": bool(private.village),
        "condition": private.condition,
    }
