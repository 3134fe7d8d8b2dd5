"""What training adds to the admin."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from training.admin import views
from training.admin.registers import TrainingGroup

modeladmin_register(TrainingGroup)


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("training/versions/<int:pk>/copy/", views.copy, name="training_copy_version"),
        path("training/versions/<int:pk>/use/", views.use, name="training_use_version"),
    ]
