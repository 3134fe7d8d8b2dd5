"""The tabs of the editor that hold facts alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from catalogue.admin.panels import Facts, FactsTab, Rows, SourcesPanel, folded


def classification() -> FactsTab:
    """Everything that puts the record under a facet of the search."""
    return FactsTab(
        [
            _main_facets(),
            *_further_facets(),
            folded(
                [
                    FieldRowPanel([FieldPanel("programme"), FieldPanel("batch")]),
                    FieldRowPanel([FieldPanel("laboratory"), FieldPanel("lab_stage")]),
                ],
                _("Programme and laboratory"),
                _("Two facets: where the innovation comes from."),
                Facts,
            ),
            folded(
                [FieldPanel("classifications")],
                _("Classifications for forms and awards"),
                _("Fills the boxes of KIPP, IGA, LAN and OECD forms."),
                Facts,
            ),
        ],
        heading=_("Classification"),
    )


def _main_facets() -> Facts:
    return Facts(
        [
            FieldRowPanel([FieldPanel("innovation_type"), FieldPanel("is_digital")]),
            FieldRowPanel([FieldPanel("matter"), FieldPanel("year_started")]),
            FieldPanel("tags", help_text=_("Topics, at least three; 3 points of completeness.")),
        ],
        heading=_("Facets"),
        help_text=_("Each of these is a facet: without it the record is not found under it."),
    )


def _further_facets() -> list[Any]:
    return [
        folded(
            [FieldPanel("sdgs"), FieldPanel("core_values")],
            _("Goals and values"),
            _("Two facets, worth 2 points of completeness each."),
            Facts,
        ),
        folded([FieldPanel("other_matters")], _("Further matters"), _("Adds to the matter facet."), Facts),
        folded(
            [FieldPanel("region"), FieldPanel("originality"), FieldPanel("cost_band")],
            _("Place, originality, cost"),
            _("The region is taken from the agency; name it only where it differs."),
            Facts,
        ),
    ]


def evidence() -> FactsTab:
    """What shows that the record is true, and when that was last confirmed."""
    return FactsTab(
        [
            Facts(
                [FieldPanel("source_url"), FieldPanel("source_id")],
                heading=_("Source"),
            ),
            _status_rows(),
            _evidence_rows(),
            _award_rows(),
            folded(
                [
                    FieldRowPanel(
                        [FieldPanel("initiated_on"), FieldPanel("trialled_on"), FieldPanel("implemented_on")]
                    )
                ],
                _("Dates"),
                _("Fills the timeline of IGA (initiative, trial, use)."),
                Facts,
            ),
            Rows(
                "milestones",
                heading=_("Milestones"),
                label=_("Milestone"),
                help_text=_("2 points of completeness; fills the stages of IGA."),
                panels=[FieldRowPanel([FieldPanel("title"), FieldPanel("date")]), FieldPanel("note")],
            ),
            folded(
                [FieldPanel("peer_feedback"), FieldPanel("form_ease")],
                _("About this form"),
                _("Helps us make it easier; not shown to visitors."),
                Facts,
            ),
        ],
        heading=_("Evidence"),
    )


def _status_rows() -> Rows:
    return Rows(
        "status_history",
        heading=_("Status"),
        label=_("Confirmation"),
        help_text=_("The newest one is the record's status and a facet; 2 points of completeness."),
        panels=[FieldRowPanel([FieldPanel("status"), FieldPanel("date")]), FieldPanel("source")],
    )


def _evidence_rows() -> Rows:
    return Rows(
        "evidence",
        heading=_("Evidence"),
        label=_("Piece of evidence"),
        help_text=_("Private until made public. The file's fingerprint (SHA-256) is kept."),
        panels=[
            FieldRowPanel([FieldPanel("evidence_type"), FieldPanel("title")]),
            FieldPanel("document"),
            FieldPanel("url"),
            FieldRowPanel([FieldPanel("visibility"), FieldPanel("expires_on")]),
        ],
    )


def _award_rows() -> Rows:
    return Rows(
        "awards",
        heading=_("Awards"),
        label=_("Award"),
        help_text=_("A facet."),
        panels=[
            FieldPanel("award"),
            FieldRowPanel([FieldPanel("year"), FieldPanel("rank")]),
        ],
    )


def replication() -> ObjectList:
    """What it takes to copy the innovation, and what it was copied from."""
    return ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("prerequisites"),
                    FieldPanel("replication_potential"),
                    FieldPanel("willing_to_share"),
                ],
                heading=_("For those who want to copy it"),
                help_text=_("Prerequisites are worth 6 points of completeness."),
            ),
            SourcesPanel(heading=_("Named as its source by whoever handed it in")),
            _origin_rows(),
            _resource_rows(),
            Rows(
                "actors",
                heading=_("Actors"),
                label=_("Actor"),
                help_text=_("Organisations, never private persons; fills the actors of IGA."),
                panels=[
                    FieldPanel("name"),
                    FieldPanel("agency"),
                    FieldRowPanel([FieldPanel("actor_type"), FieldPanel("role")]),
                ],
            ),
        ],
        heading=_("Replication"),
    )


def _origin_rows() -> Rows:
    return Rows(
        "replicates",
        heading=_("Copied from"),
        label=_("Origin"),
        help_text=_("Counts as a replication of the origin, shown on both records."),
        panels=[
            FieldPanel("origin"),
            FieldRowPanel([FieldPanel("date"), FieldPanel("evidence")]),
            FieldPanel("changes"),
        ],
    )


def _resource_rows() -> Rows:
    return Rows(
        "resources",
        heading=_("Resources by year"),
        label=_("Resource"),
        help_text=_("Money, people, tools; fills the budget of IGA and the resources of KIPP."),
        panels=[
            FieldRowPanel([FieldPanel("kind"), FieldPanel("year")]),
            FieldRowPanel([FieldPanel("amount"), FieldPanel("unit")]),
            FieldPanel("note"),
        ],
    )
