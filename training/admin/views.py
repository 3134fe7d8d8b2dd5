"""Copying a version, and putting it in and out of use: asked first, done by a POST."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from training.errors import GuardsUnmet
from training.models import ProgrammeVersion
from training.models.programmes import CODE_LENGTH
from training.services import versions

TEMPLATE = "home/admin/confirm.html"
LISTING = "training_programmeversion_modeladmin_index"


class CopyForm(forms.Form):
    """What the new version is called."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=CODE_LENGTH)
    label_id = forms.CharField(label=gettext_lazy("Indonesian label"), max_length=255)
    label_en = forms.CharField(label=gettext_lazy("English label"), max_length=255, required=False)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if ProgrammeVersion.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a version with this code already."))
        return code


def _version(request: HttpRequest, pk: int) -> ProgrammeVersion:
    if not request.user.has_perm("training.add_programmeversion"):
        raise PermissionDenied
    return get_object_or_404(ProgrammeVersion, pk=pk)


def _ask(request: HttpRequest, **context: Any) -> HttpResponse:
    return render(request, TEMPLATE, {"form": None, "back_url": reverse(LISTING)} | context)


def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the name of the new version and make it."""
    version = _version(request, pk)
    initial = {"label_id": version.label_id, "label_en": version.label_en}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = versions.copy(version=version, **form.cleaned_data)
        messages.success(request, _("“%s” was made; change it, then let new batches use it.") % made)
        return redirect("training_programmeversion_modeladmin_edit", made.pk)
    return _ask(
        request,
        page_title=_("New version of “%s”") % version,
        explanation=_(
            "The new version begins with the same states, moves, guards, documents, steps, questions, scoring"
            " and sessions. New batches can't choose it before you say so."
        ),
        form=form,
        action_label=_("Make the new version"),
    )


def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a version to new batches, or no more."""
    version = _version(request, pk)
    if request.method == "POST":
        try:
            versions.set_use(version=version, in_use=not version.in_use)
        except GuardsUnmet as error:
            messages.error(request, _("“%s” can't be used yet: mend its rules first.") % version)
            for reason in error.reasons:
                messages.error(request, reason)
        return redirect(LISTING)
    if version.in_use:
        title, action = _("Stop using “%s”") % version, _("Stop using")
        explanation = _("New batches can't choose it then. Batches that run by it go on.")
    else:
        title, action = _("Use “%s” again") % version, _("Use again")
        explanation = _("New batches can choose it then.")
    return _ask(request, page_title=title, explanation=explanation, action_label=action)
