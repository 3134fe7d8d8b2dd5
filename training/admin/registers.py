"""Listings and forms of institutions, versions of programmes, and batches."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail_modeladmin.options import ModelAdminGroup
from wagtail_modeladmin.views import EditView, InspectView

from home.admin.listing import Buttons, Filter, Permissions, RegisterAdmin
from training.admin.forms import BatchForm, VersionForm
from training.admin.panels import RowField
from training.admin.refusals import RefusalAdmin
from training.diagram import diagram
from training.models import Batch, Institution, ProgrammeVersion, Project, Room, Session
from training.models.instruments import LEVELS
from training.services.versions import is_frozen

CSS = ["training/admin/workflow.css"]


def _yes_or_no(value: Any) -> str:
    return _("yes") if value else _("no")


class Viewing(Permissions):
    """Who may see a model may look at each item, too."""

    def user_can_inspect_obj(self, user: Any, obj: Any) -> bool:
        return bool(self.inspect_view_enabled) and self.user_can_list(user)


class VersionPermissions(Viewing):
    """A version that projects run by stays as it is."""

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return super().user_can_edit_obj(user, obj) and not is_frozen(obj)


class VersionButtons(Buttons):
    """Adds copying, and putting in and out of use."""

    def more_buttons(self, obj: Any) -> list[dict[str, Any]]:
        user = self.request.user
        if not self.permission_helper.user_can_create(user):
            return []
        copy = reverse("training_copy_version", args=[obj.pk])
        use = reverse("training_use_version", args=[obj.pk])
        label = _("Stop using") if obj.in_use else _("Use again")
        return [
            self.button(_("New version"), copy, _("Copy “%s” to change it") % obj),
            self.button(label, use, f"{label}: {obj}"),
        ]


class WithDiagram:
    """Adds the drawing of the rules to a page."""

    instance: ProgrammeVersion

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        # As it is saved; the form may hold other rows.
        saved = ProgrammeVersion.objects.get(pk=self.instance.pk)
        return context | {"diagram": diagram(saved), "version": saved, "frozen": is_frozen(saved)}


class VersionEditView(WithDiagram, EditView):
    pass


class VersionInspectView(WithDiagram, InspectView):
    def get_field_display_value(self, field_name: str, field: Any = None) -> Any:
        value = super().get_field_display_value(field_name, field)
        return _yes_or_no(value) if isinstance(value, bool) else value


class InstitutionAdmin(RegisterAdmin):
    model = Institution
    menu_icon = "home"
    permission_helper_class = Viewing
    inspect_view_enabled = True
    list_display: ClassVar[tuple[str, ...]] = ("label_id", "label_en", "agency", "code")
    list_select_related: ClassVar[tuple[str, ...]] = ("agency",)
    ordering: ClassVar[tuple[str, ...]] = ("label_id",)
    search_fields: ClassVar[tuple[str, ...]] = ("label_id", "label_en", "code")
    panels: ClassVar = [
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("label_id"), FieldPanel("label_en")]),
        FieldPanel("agency"),
    ]


def _labels(*more: Any) -> list[Any]:
    return [FieldPanel("code"), FieldRowPanel([FieldPanel("label_id"), FieldPanel("label_en")]), *more]


def _row(*more: Any) -> list[Any]:
    return [RowField("code"), FieldRowPanel([RowField("label_id"), RowField("label_en")]), *more]


_STATE = _row(
    RowField("holder"),
    FieldRowPanel([RowField("due_from"), RowField("due_days")]),
    FieldRowPanel([RowField("is_start"), RowField("is_end"), RowField("gives_certificate")]),
    RowField("keeps_log"),
    RowField("next_id"),
    RowField("next_en"),
)
_MOVE = _row(
    FieldRowPanel([RowField("source"), RowField("target")]),
    FieldRowPanel([RowField("actor"), RowField("kind")]),
    FieldRowPanel([RowField("guards"), RowField("document")]),
    RowField("needs_note"),
    FieldRowPanel([RowField("confirmed"), RowField("guards_source")]),
)
_STEP = _row(RowField("open_in"), RowField("introduction_id"), RowField("introduction_en"))
_QUESTION = _row(
    FieldRowPanel([RowField("step"), RowField("kind"), RowField("required")]),
    RowField("needed_when"),
    FieldRowPanel([RowField("words_min"), RowField("words_max"), RowField("rows_min")]),
    RowField("help_id"),
    RowField("help_en"),
    RowField("example_id"),
    RowField("example_en"),
    RowField("options"),
    RowField("becomes"),
)

_MATERIAL = [
    FieldRowPanel([FieldPanel("label_id"), FieldPanel("label_en"), FieldPanel("kind")]),
    FieldPanel("body_id"),
    FieldPanel("body_en"),
    FieldPanel("url"),
    FieldPanel("document"),
]


_COMPONENT = _row(
    FieldRowPanel([RowField("weight"), RowField("given_by"), RowField("confirmed")]),
    RowField("open_in"),
)
_CRITERION = _row(
    FieldRowPanel([RowField("component"), RowField("weight")]),
    *(FieldRowPanel([RowField(f"level_{level}_id"), RowField(f"level_{level}_en")]) for level in LEVELS),
)
_PREDICATE = _row(FieldRowPanel([RowField("from_mark"), RowField("confirmed")]))


class VersionAdmin(RegisterAdmin):
    model = ProgrammeVersion
    menu_icon = "tasks"
    permission_helper_class = VersionPermissions
    button_helper_class = VersionButtons
    edit_view_class = VersionEditView
    inspect_view_class = VersionInspectView
    inspect_view_enabled = True
    edit_template_name = "training/admin/version_edit.html"
    inspect_template_name = "training/admin/version.html"
    form_view_extra_css: ClassVar = CSS
    inspect_view_extra_css: ClassVar = CSS
    inspect_view_fields: ClassVar = [
        "programme",
        "code",
        "source",
        "needs_batch",
        "is_open_learning",
        "in_use",
        "confirmed",
    ]
    list_display: ClassVar[tuple[str, ...]] = (
        "label_id",
        "programme",
        "offered",
        "sure",
        "running",
        "code",
    )
    list_select_related: ClassVar[tuple[str, ...]] = ("programme",)
    ordering: ClassVar[tuple[str, ...]] = ("code",)
    search_fields: ClassVar[tuple[str, ...]] = ("label_id", "label_en", "code")
    filters = (
        Filter(
            "in_use",
            gettext_lazy("For new batches"),
            lambda: [("yes", _("yes")), ("no", _("no"))],
            lambda rows, value: rows.filter(in_use=value == "yes"),
        ),
    )
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    *_labels(FieldPanel("programme")),
                    FieldPanel("source"),
                    FieldRowPanel([FieldPanel("in_use"), FieldPanel("needs_batch"), FieldPanel("confirmed")]),
                    FieldRowPanel([FieldPanel("passing_mark"), FieldPanel("divergence")]),
                    FieldPanel("scoring_source"),
                    FieldPanel("is_open_learning"),
                ],
                heading=gettext_lazy("Programme version"),
            ),
            InlinePanel("states", _STATE, heading=gettext_lazy("States"), classname="collapsed"),
            InlinePanel("moves", _MOVE, heading=gettext_lazy("Moves"), classname="collapsed"),
            InlinePanel("steps", _STEP, heading=gettext_lazy("Steps"), classname="collapsed"),
            InlinePanel("questions", _QUESTION, heading=gettext_lazy("Questions"), classname="collapsed"),
            InlinePanel("components", _COMPONENT, heading=gettext_lazy("Components"), classname="collapsed"),
            InlinePanel("criteria", _CRITERION, heading=gettext_lazy("Criteria"), classname="collapsed"),
            InlinePanel("predicates", _PREDICATE, heading=gettext_lazy("Predicates"), classname="collapsed"),
        ],
        base_form_class=VersionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        running = Exists(Project.objects.filter(version=OuterRef("pk")))
        return ProgrammeVersion.objects.annotate(has_projects=running)

    # Words: the pictures for true and false belong to Django's own admin, which is not installed.
    @display(description=gettext_lazy("For new batches"), ordering="in_use")
    def offered(self, version: ProgrammeVersion) -> str:
        return _yes_or_no(version.in_use)

    @display(description=gettext_lazy("Confirmed"), ordering="confirmed")
    def sure(self, version: ProgrammeVersion) -> str:
        return _yes_or_no(version.confirmed)

    @display(description=gettext_lazy("Projects run by it"), ordering="has_projects")
    def running(self, version: Any) -> str:
        return _yes_or_no(version.has_projects)


class BatchAdmin(RegisterAdmin):
    model = Batch
    menu_icon = "group"
    permission_helper_class = Viewing
    inspect_view_enabled = True
    inspect_view_fields: ClassVar = ["name", "institution", "version", "starts_on", "ends_on"]
    list_display: ClassVar[tuple[str, ...]] = (
        "name",
        "institution",
        "version",
        "starts_on",
        "ends_on",
        "people",
    )
    list_select_related: ClassVar[tuple[str, ...]] = ("institution", "version")
    ordering: ClassVar[tuple[str, ...]] = ("-starts_on", "name")
    search_fields: ClassVar[tuple[str, ...]] = ("name", "institution__label_id", "version__label_id")
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("institution"), FieldPanel("version")]),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            FieldRowPanel([FieldPanel("design_seminar_on"), FieldPanel("result_seminar_on")]),
            FieldPanel("coordinator_addresses"),
        ],
        base_form_class=BatchForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Batch.objects.annotate(people_count=Count("projects"))

    @display(description=gettext_lazy("Participants"), ordering="people_count")
    def people(self, batch: Any) -> int:
        return int(batch.people_count)


class RoomAdmin(RegisterAdmin):
    model = Room
    menu_icon = "home"
    permission_helper_class = Viewing
    list_display: ClassVar[tuple[str, ...]] = ("name", "institution", "capacity", "bookable")
    list_select_related: ClassVar[tuple[str, ...]] = ("institution",)
    ordering: ClassVar[tuple[str, ...]] = ("institution__label_id", "name")
    search_fields: ClassVar[tuple[str, ...]] = ("name", "institution__label_id")
    panels: ClassVar = [
        FieldPanel("institution"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("capacity")]),
        FieldPanel("in_use"),
    ]

    @display(description=gettext_lazy("can be booked"), ordering="in_use")
    def bookable(self, room: Room) -> str:
        return _yes_or_no(room.in_use)


class SessionAdmin(RegisterAdmin):
    """Sessions of open learning: their words are mended also while people learn."""

    model = Session
    menu_icon = "list-ol"
    permission_helper_class = Viewing
    inspect_view_enabled = True
    inspect_view_fields: ClassVar = ["version", "order", "label_id", "introduction_id", "opens_on"]
    list_display: ClassVar[tuple[str, ...]] = ("label_id", "version", "order", "opens_on", "code")
    list_select_related: ClassVar[tuple[str, ...]] = ("version",)
    ordering: ClassVar[tuple[str, ...]] = ("version", "order")
    search_fields: ClassVar[tuple[str, ...]] = ("label_id", "label_en", "code")
    edit_handler = ObjectList(
        [
            *_labels(FieldRowPanel([FieldPanel("version"), FieldPanel("order"), FieldPanel("minutes")])),
            FieldRowPanel([FieldPanel("opens_on"), FieldPanel("after_previous")]),
            FieldPanel("introduction_id"),
            FieldPanel("introduction_en"),
            InlinePanel("materials", _MATERIAL, heading=gettext_lazy("Materials")),
        ]
    )


class TrainingGroup(ModelAdminGroup):
    menu_label = gettext_lazy("Training")
    menu_item_name = "training"
    menu_icon = "group"
    menu_order = 95
    items = (BatchAdmin, VersionAdmin, SessionAdmin, InstitutionAdmin, RoomAdmin, RefusalAdmin)
