"""The innovation record. Its source-language page owns all facts; a translation holds text only."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Locale, PageViewRestriction

from catalogue.models.editing import RecordEditing
from catalogue.models.places import Agency, Region
from catalogue.models.registers import Laboratory, Programme
from catalogue.models.tags import TaggedInnovation
from catalogue.models.terms import Scheme, Term
from home.blocks import StoryField
from home.models import BasePage, SocialImageMixin
from search import changes

_YEAR = [MinValueValidator(1900), MaxValueValidator(2100)]


def _fact(to: Any, name: Any, *, required: bool = False, scheme: Scheme | None = None) -> models.ForeignKey:
    """A coded fact. A draft may lack it; ``required`` ones are asked for when publishing."""
    choices: dict[str, Any] = {"limit_choices_to": {"scheme": scheme}} if scheme else {}
    return models.ForeignKey(
        to,
        verbose_name=name,
        null=True,
        blank=not required,
        on_delete=models.PROTECT,
        related_name="+" if to is Term else "innovations",
        **choices,
    )


class InnovationText(models.Model):
    """The words of a record, one set a language."""

    acronym = models.CharField(_("acronym"), max_length=60, blank=True)
    summary = models.TextField(_("summary"), help_text=_("At most 60 words; shown on the card."))
    overview = models.TextField(_("overview"), blank=True, help_text=_("At most 200 words."))
    problem = models.TextField(_("problem"))
    affected_group = models.TextField(_("people affected"), blank=True)
    goal = models.TextField(_("measurable goal"), blank=True)
    solution = models.TextField(_("how it works"))
    legal_basis = models.TextField(_("legal basis"), blank=True)
    novelty = models.TextField(_("novelty"), blank=True)
    benefits = models.TextField(_("benefits"), blank=True)
    challenges = models.TextField(_("challenges"), blank=True)
    drivers = models.TextField(_("what helped and what hindered"), blank=True)
    prerequisites = models.TextField(_("prerequisites for copying"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    replication_potential = models.TextField(_("who could copy it"), blank=True)
    institutional_sustainability = models.TextField(_("institutional sustainability"), blank=True)
    managerial_sustainability = models.TextField(_("managerial sustainability"), blank=True)
    social_sustainability = models.TextField(_("social sustainability"), blank=True)
    collaborators = models.TextField(_("collaborators"), blank=True)
    story = StoryField(verbose_name=_("free story"), blank=True)

    class Meta:
        abstract = True


class InnovationFacts(models.Model):
    """The facts of a record, kept on its source-language page alone."""

    class Origin(models.TextChoices):
        """How a record came to be; demonstration records are labelled on every page."""

        EDITOR = "editor", _("written by an editor")
        IMPORT = "import", _("imported")
        TRAINING = "training", _("from a training project")
        DEMO_REAL = "demo-real", _("demonstration, from a published source")
        DEMO_SYNTHETIC = "demo-synthetic", _("demonstration, invented")

    agency = _fact(Agency, _("agency"), required=True)
    region = _fact(Region, _("region, where it differs from the agency's"))
    sector = _fact(Term, _("sector"), required=True, scheme=Scheme.SECTOR)
    matter = _fact(Term, _("government matter"), scheme=Scheme.MATTER)
    innovation_type = _fact(Term, _("innovation type"), scheme=Scheme.TYPE)
    stage = _fact(Term, _("stage"), required=True, scheme=Scheme.STAGE)
    status = _fact(Term, _("status"), scheme=Scheme.STATUS)
    status_confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    originality = _fact(Term, _("originality"), scheme=Scheme.ORIGINALITY)
    cost_band = _fact(Term, _("cost band"), scheme=Scheme.COST_BAND)
    is_digital = models.BooleanField(_("digital"), null=True, blank=True)
    year_started = models.PositiveSmallIntegerField(
        _("year started"), null=True, blank=True, validators=_YEAR
    )
    initiated_on = models.DateField(_("initiated on"), null=True, blank=True)
    trialled_on = models.DateField(_("tried since"), null=True, blank=True)
    implemented_on = models.DateField(_("in use since"), null=True, blank=True)
    laboratory = _fact(Laboratory, _("innovation laboratory"))
    lab_stage = _fact(Term, _("laboratory stage (5D)"), scheme=Scheme.LAB_STAGE)
    programme = _fact(Programme, _("programme of origin"))
    batch = models.CharField(_("batch"), max_length=120, blank=True)
    willing_to_share = models.BooleanField(_("willing to be copied"), null=True, blank=True)
    peer_feedback = models.BooleanField(_("open to feedback from peers"), null=True, blank=True)
    form_ease = models.PositiveSmallIntegerField(
        _("how easy this form was (1–10)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    origin = models.CharField(
        _("origin of the record"), max_length=16, choices=Origin.choices, default=Origin.EDITOR, db_index=True
    )
    source = models.CharField(
        _("source"), max_length=255, help_text=_("Where these facts come from: a report, a page, an office.")
    )
    source_url = models.URLField(_("address of the source"), max_length=1000, blank=True)
    source_id = models.CharField(_("number in the source"), max_length=120, blank=True, db_index=True)
    import_batch = models.CharField(_("import batch"), max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class InnovationPage(RecordEditing, InnovationText, InnovationFacts, SocialImageMixin, BasePage):
    """One innovation in one language."""

    indexed_as = "record"

    is_source = models.BooleanField(_("source-language page"), default=True, editable=False)
    other_matters = ParentalManyToManyField(
        Term,
        verbose_name=_("matters it also touches"),
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": Scheme.MATTER},
    )
    core_values = ParentalManyToManyField(
        Term,
        verbose_name=_("BerAKHLAK values"),
        blank=True,
        related_name="+",
        limit_choices_to={"scheme__in": [Scheme.VALUE, Scheme.ANEKA]},
    )
    sdgs = ParentalManyToManyField(
        Term,
        verbose_name=_("Sustainable Development Goals"),
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": Scheme.SDG},
    )
    classifications = ParentalManyToManyField(
        Term, verbose_name=_("classifications for forms and awards"), blank=True, related_name="+"
    )
    tags = ClusterTaggableManager(verbose_name=_("tags"), through=TaggedInnovation, blank=True)

    template = "pages/catalogue/innovation.html"
    parent_page_types: ClassVar[list[str]] = [
        "catalogue.InnovationIndexPage",
        "catalogue.InnovationSectionPage",
    ]
    subpage_types: ClassVar[list[str]] = []

    ROWS: ClassVar[tuple[str, ...]] = (
        "outcomes",
        "milestones",
        "resources",
        "actors",
        "awards",
        "evidence",
        "status_history",
        "replicates",
        "tagged_items",
    )
    MANY_VALUED: ClassVar[tuple[str, ...]] = ("other_matters", "core_values", "sdgs", "classifications")

    class Meta:
        verbose_name = _("innovation")
        verbose_name_plural = _("innovations")

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save and, in the same transaction, tell the followers of the index."""
        with transaction.atomic():
            result = super().save(*args, **kwargs)
            changes.record([str(self.translation_key)])
        return result

    def clean_fields(self, exclude: Any = None) -> None:
        """A translation leaves the facts, and any text it lacks, to its source-language page."""
        excluded = set(exclude or ())
        if not self.is_source:
            excluded |= {*self.fact_names(), "summary", "problem", "solution"}
        super().clean_fields(exclude=excluded)

    @classmethod
    def fact_names(cls) -> list[str]:
        """Names of everything that only the source-language page holds."""
        fields = [field.name for field in InnovationFacts._meta.get_fields()]
        return [*fields, *cls.ROWS, *cls.MANY_VALUED, "tags"]

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """As any page; a translation shows its source's facts, so it is there only while its source is.

        Raises ``Http404`` otherwise.
        """
        if not self.has_live_record:
            raise Http404
        return super().route(request, path_components)

    @property
    def has_live_record(self) -> bool:
        """Whether its facts may be shown: a page's own may, a translation's only while its source is live."""
        return self.is_source or (self.record is not self and self.record.live)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Whoever may not see the source may not see a translation of it either."""
        own = super().get_view_restrictions()
        if self.record is self:
            return own
        self.record.lineage = self.lineage
        return own | self.record.get_view_restrictions()

    @cached_property
    def record(self) -> InnovationPage:
        """The source-language page of this record: where its facts are."""
        if self.is_source:
            return self
        found = InnovationPage.objects.filter(translation_key=self.translation_key, is_source=True).first()
        return found or self

    def copy_for_translation(
        self, locale: Locale, copy_parents: bool = False, alias: bool = False, exclude_fields: Any = None
    ) -> InnovationPage:
        """A draft in ``locale`` with this page's words and none of its facts."""
        excluded = [*(exclude_fields or []), *self.fact_names()]
        page = super().copy_for_translation(
            locale, copy_parents=copy_parents, alias=alias, exclude_fields=excluded
        )
        page.is_source = False
        page.save(update_fields=["is_source"])
        return cast(InnovationPage, page)
