"""The one-step workflow: agency editors submit, curators approve, and approval publishes."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from accounts.roles import GROUP_NAMES, Role
from catalogue.models import InnovationIndexPage, ReviewTask

WORKFLOW_NAME = "Tinjauan kurator"
TASK_NAME = "Ditinjau kurator"
REVIEWERS = (Role.CURATOR, Role.ADMINISTRATOR)


def ensure_workflow() -> Workflow:
    """Make the workflow and give it to the record index of every language. Can be repeated."""
    with transaction.atomic():
        task, _made = ReviewTask.objects.get_or_create(name=TASK_NAME)
        names = [GROUP_NAMES[role] for role in REVIEWERS]
        task.groups.set(Group.objects.filter(name__in=names))
        workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
        for index in InnovationIndexPage.objects.all():
            WorkflowPage.objects.update_or_create(page=index.page_ptr, defaults={"workflow": workflow})
    return workflow
