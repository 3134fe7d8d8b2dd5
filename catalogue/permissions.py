"""Who may see and change which record: one policy for listings, choosers, forms and every admin view.

All records share one parent page, so Wagtail's rights on branches of the tree can't tell agencies apart.
A curator holds the model permission to change innovations and sees everything; an agency editor holds
the one to add them and sees the records of the agencies they are a member of, with all units below.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import PagePermissionTester

from catalogue.documents import is_public
from catalogue.models import Agency, AgencyMembership, InnovationIndexPage, InnovationPage
from catalogue.services.holds import why_held
from home.visibility import is_open

SEE_ALL = "catalogue.change_innovationpage"
WRITE = "catalogue.add_innovationpage"
SEE_REFUSED = "search.view_pendingchange"
RETRY_REFUSED = "search.change_pendingchange"
_CACHE = "_catalogue_rights"
_AGENCY = "_committed_agency"


@dataclass(frozen=True)
class Rights:
    """What one person may do with records, found once a request.

    ``agencies`` are the keys of the agencies a person writes for, units included; a curator's is empty,
    which then means all.
    """

    user_id: int | None
    sees_all: bool
    writes: bool
    agencies: frozenset[int]

    @property
    def restricted(self) -> bool:
        """Works in the admin without seeing every record."""
        return not self.sees_all

    def sees(self, agency_id: int | None) -> bool:
        return self.sees_all or (agency_id is not None and agency_id in self.agencies)

    def may_edit(self, agency_id: int | None) -> bool:
        return self.writes and self.sees(agency_id)

    def may_delete(self, page: Any, agency_id: int | None) -> bool:
        """Curators delete any record; others their own drafts that were never published."""
        if self.sees_all:
            return True
        own_draft = page.owner_id == self.user_id and not page.live and page.first_published_at is None
        return own_draft and self.may_edit(agency_id)


def rights_of(user: Any) -> Rights:
    """The rights of ``user``: at most one query a membership, kept on the user for the request."""
    found = getattr(user, _CACHE, None)
    if found is None:
        found = _find(user)
        setattr(user, _CACHE, found)
    return found


def _find(user: Any) -> Rights:
    if not user.is_active or not user.is_authenticated:
        return Rights(user_id=None, sees_all=False, writes=False, agencies=frozenset())
    sees_all, writes = user.has_perm(SEE_ALL), user.has_perm(WRITE)
    agencies = frozenset() if sees_all or not writes else _with_units(user)
    return Rights(user_id=user.pk, sees_all=sees_all, writes=sees_all or writes, agencies=agencies)


def _with_units(user: Any) -> frozenset[int]:
    own = Agency.objects.without_tree_fields().filter(memberships__user=user)
    found: set[int] = set()
    for agency in own:
        if agency.pk not in found:
            below = Agency.objects.descendants(agency, include_self=True)
            found.update(below.values_list("pk", flat=True))
    return frozenset(found)


def visible_innovations(user: Any) -> QuerySet[InnovationPage]:
    """Every page of a record that ``user`` may see in the admin; the policy all querysets start from."""
    return InnovationPage.objects.filter(_seen_by(rights_of(user)))


def _seen_by(rights: Rights) -> Q:
    if rights.sees_all:
        return Q()
    own = {"is_source": True, "agency__in": rights.agencies}
    keys = InnovationPage.objects.filter(**own).values("translation_key")
    return Q(**own) | Q(is_source=False, translation_key__in=keys)


def choosable_innovations(user: Any) -> QuerySet[InnovationPage]:
    """Records ``user`` may point to: those they see and those every visitor sees."""
    sources = InnovationPage.objects.filter(is_source=True, alias_of=None)
    rights = rights_of(user)
    return sources if rights.sees_all else sources.filter(Q(agency__in=rights.agencies) | is_public())


def hidden_innovations(user: Any) -> QuerySet[InnovationPage]:
    """Pages that ``user`` may not even be told of: neither theirs nor public.

    A translation is public only while its source is, as on the site.
    """
    sources = InnovationPage.objects.filter(is_open(), is_source=True, live=True)
    shown = Q(is_source=True) | Exists(sources.filter(translation_key=OuterRef("translation_key")))
    return InnovationPage.objects.exclude(_seen_by(rights_of(user)) | (is_public() & shown))


def choosable_agencies(user: Any) -> QuerySet[Agency]:
    """Agencies ``user`` may enter a record for; merged ones are left out."""
    agencies = Agency.objects.without_tree_fields().filter(merged_into=None)
    rights = rights_of(user)
    return agencies if rights.sees_all else agencies.filter(pk__in=rights.agencies)


def default_agency(user: Any) -> Agency | None:
    """The agency a new record of ``user`` belongs to at first; ``None`` for a curator."""
    if rights_of(user).sees_all:
        return None
    membership = AgencyMembership.objects.filter(user=user).select_related("agency").order_by("pk").first()
    return membership.agency if membership else None


def may_see_refused(user: Any) -> bool:
    """Whether ``user`` may see what an index refused: the list names records of every agency."""
    return rights_of(user).sees_all and bool(user.has_perm(SEE_REFUSED))


def may_retry_refused(user: Any) -> bool:
    """Whether ``user`` may also have it tried again."""
    return may_see_refused(user) and bool(user.has_perm(RETRY_REFUSED))


def is_own(page: Any, user: Any) -> bool:
    """Whether ``user`` made the record or submitted what is now under review."""
    if page.owner_id is not None and page.owner_id == user.pk:
        return True
    state = page.current_workflow_state
    return state is not None and state.requested_by_id == user.pk


def rewrote(page: Any, user: Any) -> bool:
    """Whether ``user`` saved the latest draft of what is now under review, or any since it was submitted."""
    step = page.current_workflow_task_state if page.workflow_in_progress else None
    if step is None:
        return False
    latest = page.latest_revision
    if latest is not None and latest.user_id == user.pk:
        return True
    return bool(page.revisions.filter(user=user, created_at__gte=step.started_at).exists())


class InnovationPermissionTester(PagePermissionTester):
    """Wagtail's page rights for an innovation. The committed row decides, not the draft being edited."""

    @cached_property
    def rights(self) -> Rights:
        return rights_of(self.user)

    @cached_property
    def agency_id(self) -> int | None:
        """The agency of the committed source page, read once for each page in memory."""
        if not hasattr(self.page, _AGENCY):
            rows = InnovationPage.objects.filter(translation_key=self.page.translation_key, is_source=True)
            setattr(self.page, _AGENCY, rows.values_list("agency_id", flat=True).first())
        return getattr(self.page, _AGENCY)

    def can_edit(self) -> bool:
        return self.rights.may_edit(self.agency_id)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self.page_locked() and self.rights.may_delete(self.page, self.agency_id)

    def can_publish(self) -> bool:
        """Curators publish, nobody their own record or one held back, what was submitted by approving only.

        That holds while it is sent back for changes, too, or who changed it would publish it after all.
        """
        allowed = self.rights.sees_all and super().can_publish() and not is_own(self.page, self.user)
        free = allowed and self.page.current_workflow_state is None
        return free and not why_held(self.page.translation_key)

    def can_unpublish(self) -> bool:
        return self.rights.sees_all and super().can_unpublish()

    def can_unschedule(self) -> bool:
        return self.rights.sees_all and super().can_publish()

    def can_set_view_restrictions(self) -> bool:
        return self.rights.sees_all and super().can_publish()

    def can_submit_for_moderation(self) -> bool:
        return self.can_edit() and super().can_submit_for_moderation()

    def can_move(self) -> bool:
        return self.rights.sees_all and super().can_move()

    def can_copy(self) -> bool:
        return self.rights.sees_all and self.can_edit()

    def can_lock(self) -> bool:
        return self.rights.sees_all and super().can_lock()

    def can_unlock(self) -> bool:
        return self.rights.sees_all and super().can_unlock()

    def can_view_revisions(self) -> bool:
        return self.can_edit()


class IndexPermissionTester(PagePermissionTester):
    """Rights on a page that records live under: whoever writes adds records, nobody publishes in adding."""

    def can_add_subpage(self) -> bool:
        if super().can_add_subpage():
            return True
        rights = rights_of(self.user)
        index = issubclass(self.page.specific_class, InnovationIndexPage)
        return index and rights.writes and bool(rights.agencies)

    def can_publish_subpage(self) -> bool:
        return False
