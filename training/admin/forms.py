"""The forms of the admin, which refuse what would not hold together."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from accounts.models import User
from training.models import Batch, ProgrammeVersion
from training.services.coordinators import appoint
from training.services.due import follow_batch
from training.services.versions import is_frozen
from training.workflow import problems


class VersionForm(WagtailAdminModelForm):
    """Rules are saved only when people can walk them from the start to an end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._walked = False
        if self.instance.pk:
            self.fields["code"].disabled = True

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if not self._walked:
            self._walked = True
            # Fills the instance with the rows of the form, in memory alone.
            version = self.save(commit=False)
            version.forget_rows()
            for text in problems(version):
                self.add_error(None, text)
        return not self.errors

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.instance.pk and is_frozen(self.instance):
            raise ValidationError(_("Projects run by these rules. Make a new version to change them."))
        return cleaned


class AddressesField(forms.CharField):
    """E-mail addresses, one a line; cleaned to a list without repetitions."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> Any:
        found = [text.lower() for text in re.split(r"[\s,;]+", str(super().to_python(value))) if text]
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("“%(text)s” is not an e-mail address.") % {"text": address[:60]}
                ) from None
        return list(dict.fromkeys(found))


class BatchForm(WagtailAdminModelForm):
    """A batch keeps its version once somebody is enrolled; coordinators are named by their addresses."""

    coordinator_addresses = AddressesField(
        label=gettext_lazy("Coordinators"),
        required=False,
        help_text=gettext_lazy(
            "E-mail addresses, one a line. They get the coordinators' role; an address without an account "
            "gets one, for which its owner sets a password by “Forgot your password?”."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = ProgrammeVersion.objects.filter(needs_batch=True)
        chosen = self.instance.version_id
        field: Any = self.fields["version"]
        field.queryset = versions.filter(in_use=True) | versions.filter(pk=chosen)
        if self.instance.pk:
            names = self.instance.coordinators.order_by("email").values_list("email", flat=True)
            self.initial["coordinator_addresses"] = "\n".join(names)
            if self.instance.projects.exists():
                field.disabled = True
                field.help_text = _("People are enrolled: the batch keeps the rules it started with.")

    def clean_coordinator_addresses(self) -> list[str]:
        addresses: list[str] = self.cleaned_data["coordinator_addresses"]
        off = User.objects.filter(email__in=addresses, is_active=False).values_list("email", flat=True)
        if names := ", ".join(off):
            raise ValidationError(_("Switched off: %(names)s.") % {"names": names})
        return addresses

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        days = [
            cleaned.get(name) for name in ("starts_on", "design_seminar_on", "result_seminar_on", "ends_on")
        ]
        known = [day for day in days if day]
        if known != sorted(known):
            raise ValidationError(_("The days of the batch must follow each other: start, seminars, end."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        before = Batch.objects.filter(pk=self.instance.pk).first()
        with transaction.atomic():
            batch = super().save(commit=commit)
            if commit:
                appoint(batch=batch, addresses=self.cleaned_data["coordinator_addresses"])
            if commit and before is not None:
                follow_batch(batch, before)
        return batch
