"""Merging vocabulary items and accepting tags: asked first, done by a POST."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from catalogue.admin.choosers import CHOOSERS
from catalogue.index_changes import using
from catalogue.models import Agency, Region, Tag, Term
from catalogue.services.merge import accept_tag, merge

MERGED: dict[str, type[Model]] = {"agency": Agency, "region": Region, "term": Term, "tag": Tag}
TEMPLATE = "home/admin/confirm.html"


def _index_url(model: type[Model]) -> str:
    return reverse(f"catalogue_{model._meta.model_name}_modeladmin_index")


def _require_change(request: HttpRequest, model: type[Model]) -> None:
    if not request.user.has_perm(f"catalogue.change_{model._meta.model_name}"):
        raise PermissionDenied


class MergeForm(forms.Form):
    """Which item takes the place of ``item``."""

    def __init__(self, item: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = type(item)
        others = model._default_manager.filter(merged_into=None).exclude(pk=item.pk)
        if model is Term:
            others = others.filter(scheme=item.scheme)
        widgets = {chooser.model: chooser.widget_class for chooser in CHOOSERS}
        widget = widgets[model]() if model in widgets else None
        self.fields["heir"] = forms.ModelChoiceField(
            others.order_by("name" if model is Tag else "label_id"), label=_("Merge into"), widget=widget
        )


def merge_item(request: HttpRequest, model_name: str, pk: int) -> HttpResponse:
    """Ask for the heir and merge."""
    if model_name not in MERGED:
        raise Http404
    model = MERGED[model_name]
    _require_change(request, model)
    item = get_object_or_404(model, pk=pk)
    form = MergeForm(item, request.POST or None)
    if request.method == "POST" and form.is_valid() and (response := _merge(request, item, form)):
        return response
    records = using(item).distinct().count()
    context = {
        "page_title": _("Merge “%s”") % item,
        "explanation": ngettext(
            "%(count)s record and all other rows that name it will name the other item instead. Its code "
            "then leads there. This can't be undone.",
            "%(count)s records and all other rows that name it will name the other item instead. Its code "
            "then leads there. This can't be undone.",
            records,
        )
        % {"count": records},
        "form": form,
        "action_label": _("Merge"),
        "back_url": _index_url(model),
    }
    return render(request, TEMPLATE, context)


def _merge(request: HttpRequest, item: Any, form: MergeForm) -> HttpResponse | None:
    heir = form.cleaned_data["heir"]
    try:
        count = merge(item=item, heir=heir)
    except ValidationError as error:
        form.add_error("heir", error)
        return None
    message = ngettext(
        "“%(item)s” was merged into “%(heir)s”; %(count)s record follows.",
        "“%(item)s” was merged into “%(heir)s”; %(count)s records follow.",
        count,
    )
    messages.success(request, message % {"item": item, "heir": heir, "count": count})
    return redirect(_index_url(type(item)))


def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a proposed tag."""
    _require_change(request, Tag)
    tag = get_object_or_404(Tag, pk=pk)
    if request.method == "POST":
        accept_tag(tag=tag)
        messages.success(request, _("The tag “%s” is accepted.") % tag)
        return redirect(_index_url(Tag))
    context = {
        "page_title": _("Accept “%s”") % tag,
        "explanation": _("The tag will be offered to everyone. Check first whether one like it exists."),
        "form": None,
        "action_label": _("Accept"),
        "back_url": _index_url(Tag),
    }
    return render(request, TEMPLATE, context)
