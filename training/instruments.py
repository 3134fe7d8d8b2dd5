"""Whether a version's way of scoring holds together: weights, criteria, predicates."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from training.models import Component, Occasion, ProgrammeVersion
from training.models.instruments import SEMINARS
from training.scoring import HUNDRED


def problems(version: ProgrammeVersion) -> list[str]:
    """What is wrong with components, criteria and predicates; without components no scores are asked for."""
    components = version.all_components
    if not components:
        return _left_over(version)
    found = [reason for component in components for reason in _component(version, component)]
    total = sum((one.weight for one in components), Decimal(0))
    if total != HUNDRED:
        found.append(_("The weights of the components sum to %(total)s, not to 100.") % {"total": total})
    known = {component.code for component in components}
    found += [
        _("The criterion “%(criterion)s” names the unknown component “%(component)s”.")
        % {"criterion": criterion.label, "component": criterion.component}
        for criterion in version.criteria.all()
        if criterion.component not in known
    ]
    return [*found, *_predicates(version)]


def _left_over(version: ProgrammeVersion) -> list[str]:
    if version.criteria.all() or version.predicates.all() or version.passing_mark is not None:
        return [_("Criteria, predicates and a lowest mark mean nothing without a component.")]
    return []


def _component(version: ProgrammeVersion, component: Component) -> list[str]:
    found = []
    states = {state.code for state in version.all_states}
    found += [
        _("The component “%(component)s” names the unknown state “%(state)s”.")
        % {"component": component.label, "state": code}
        for code in sorted(component.states - states)
    ]
    if not component.states and component.given_by != Occasion.COORDINATOR:
        found.append(_("The component “%s” is scored in no state.") % component.label)
    if component.code in Occasion and component.code != component.given_by:
        found.append(_("The code “%s” is the name of an occasion.") % component.code)
    criteria = component.all_criteria
    if not criteria and component.given_by in SEMINARS:
        found.append(_("The component “%s” has no criteria.") % component.label)
    total = sum((one.weight for one in criteria), Decimal(0))
    if criteria and total != HUNDRED:
        text = _("The weights of the criteria of “%(component)s” sum to %(total)s, not to 100.")
        found.append(text % {"component": component.label, "total": total})
    return found


def _predicates(version: ProgrammeVersion) -> list[str]:
    marks = [predicate.from_mark for predicate in version.all_predicates]
    if not marks:
        return []
    found = []
    if marks[-1] != 0:
        found.append(_("The lowest predicate must begin at 0, so that every total has one."))
    if len(set(marks)) < len(marks):
        found.append(_("Two predicates begin at the same mark."))
    return found
