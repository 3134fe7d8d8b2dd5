"""The form behind the editor of a record: limits, rights and what is derived from the rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminPageForm

from catalogue.admin.files import choosable_files, may_name
from catalogue.admin.tag_widget import TagWidget
from catalogue.models import InnovationPage
from catalogue.permissions import choosable_agencies, choosable_innovations, default_agency, rights_of
from catalogue.services.merge import follow_merges
from catalogue.services.publishing import leads_back, set_digest, set_status
from catalogue.services.tags import ensure_tags

TITLE_CHARACTERS = 120
SUMMARY_WORDS = 60
OVERVIEW_WORDS = 200


class InnovationForm(WagtailAdminPageForm):
    """A draft needs a title; publishing, scheduling and submitting need all that Wagtail's deferred
    required fields ask for. Limits of words hold from then on, so that autosave never loses a sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("instance") is not None:
            follow_merges(page=kwargs["instance"])
        super().__init__(*args, **kwargs)
        if not self.instance.is_source:
            self._drop_facts()
        self._limit_choices()
        if "title" in self.fields:
            self.fields["title"].widget.attrs["maxlength"] = TITLE_CHARACTERS
        if "slug" in self.fields:  # made from the title where it is left out
            self.fields["slug"].required = False
        if "tags" in self.fields:
            self.fields["tags"].widget = TagWidget()

    def _drop_facts(self) -> None:
        for name in InnovationPage.fact_names():
            self.fields.pop(name, None)
            self.formsets.pop(name, None)

    def _limit_choices(self) -> None:
        user = self.for_user
        if user is None or "agency" not in self.fields:
            return
        self.fields["agency"].queryset = choosable_agencies(user)
        if rights_of(user).restricted:
            self.fields["agency"].initial = self.initial["agency"] = self.instance.agency_id or getattr(
                default_agency(user), "pk", None
            )
        for row in self._rows("replicates"):
            if "origin" in row.fields:
                row.fields["origin"].queryset = choosable_innovations(user)
        self._limit_file(self, "image")
        for row in self._rows("evidence"):
            self._limit_file(row, "document")

    def _limit_file(self, form: Any, name: str) -> None:
        """A file can be chosen by those who see it; the one chosen before stays."""
        if name in form.fields and form.instance is not None:
            field = form.fields[name]
            allowed = choosable_files(field.queryset, self.for_user)
            kept = getattr(form.instance, f"{name}_id")
            field.queryset = allowed | field.queryset.filter(pk=kept) if kept else allowed

    def _rows(self, name: str) -> list[Any]:
        formset = self.formsets.get(name)
        return list(formset.forms) if formset is not None else []

    def _kept_rows(self, name: str) -> list[Any]:
        """Valid rows that are not being deleted."""
        rows = (row for row in self._rows(name) if getattr(row, "cleaned_data", None))
        return [row for row in rows if not row.cleaned_data.get("DELETE")]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        over = len(title) - TITLE_CHARACTERS
        if over > 0:
            message = ngettext(
                "The title is %(over)d character too long: at most %(limit)d.",
                "The title is %(over)d characters too long: at most %(limit)d.",
                over,
            )
            raise forms.ValidationError(message % {"over": over, "limit": TITLE_CHARACTERS})
        return title

    def clean_story(self) -> Any:
        """Choosers offer one's own files only; a number typed past them would show what they hide."""
        story = self.cleaned_data["story"]
        if self.for_user is not None and not may_name(story, self.instance.story, self.for_user):
            raise forms.ValidationError(_("The story names a file or a page that you can't choose."))
        return story

    def clean_agency(self) -> Any:
        """An agency editor's draft belongs to one of their agencies, or they would lose sight of it."""
        agency = self.cleaned_data["agency"]
        if agency is None and self.for_user is not None:
            return self.instance.agency or default_agency(self.for_user)
        return agency

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            self._check_words("summary", SUMMARY_WORDS)
            self._check_words("overview", OVERVIEW_WORDS)
            if cleaned.get("image") and not cleaned.get("image_alt"):
                self.add_error("image_alt", _("Say in one sentence what the image shows."))
        return cleaned

    def _check_words(self, name: str, limit: int) -> None:
        over = len((self.cleaned_data.get(name) or "").split()) - limit
        if over > 0:
            message = ngettext(
                "%(over)d word too many: at most %(limit)d.",
                "%(over)d words too many: at most %(limit)d.",
                over,
            )
            self.add_error(name, message % {"over": over, "limit": limit})

    def is_valid(self) -> bool:
        """Rows are checked against each other once each is valid by itself."""
        return super().is_valid() and self._origins_are_valid()

    def _origins_are_valid(self) -> bool:
        seen: set[int] = set()
        valid = True
        for row in self._kept_rows("replicates"):
            origin = row.cleaned_data.get("origin")
            if origin is None:
                continue
            if origin.pk in seen:
                row.add_error("origin", _("This origin is named twice."))
                valid = False
            elif self.instance.pk and leads_back(page_id=self.instance.pk, origins=[origin.pk]):
                row.add_error(
                    "origin",
                    _("“%(title)s” copies this record itself, directly or through others.")
                    % {"title": origin.title},
                )
                valid = False
            seen.add(origin.pk)
        return valid

    def save(self, commit: bool = True) -> InnovationPage:
        if "tags" in self.cleaned_data:
            accepted = self.for_user is None or rights_of(self.for_user).sees_all
            self.cleaned_data["tags"] = ensure_tags(names=self.cleaned_data["tags"], accepted=accepted)
        for row in self._kept_rows("evidence"):
            if "document" in row.changed_data or (row.instance.document and not row.instance.sha256):
                set_digest(evidence=row.instance)
        confirmed = [row.instance for row in self._kept_rows("status_history")]
        set_status(page=self.instance, entries=confirmed)
        return super().save(commit=commit)
