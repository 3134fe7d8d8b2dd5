"""What training adds to the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from accounts.roles import Role, has_role
from training.admin import views
from training.admin.home import TroublePanel
from training.admin.registers import TrainingGroup
from training.services import removal

modeladmin_register(TrainingGroup)


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("training/versions/<int:pk>/copy/", views.copy, name="training_copy_version"),
        path("training/versions/<int:pk>/use/", views.use, name="training_use_version"),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """What the log of a batch holds beside its editing."""
    actions.register_action(removal.REMOVED, _("Remove a participant"), _("A participant was removed"))


@hooks.register("construct_homepage_panels", order=20)
def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Administrators are told of papers and mails that don't leave."""
    if has_role(request.user, Role.ADMINISTRATOR):
        panels.insert(1, TroublePanel())
