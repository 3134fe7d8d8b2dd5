"""What each role may do to the catalogue's own models; which records, catalogue.permissions says."""

from __future__ import annotations

from accounts.roles import Role, grant

# The models a curator keeps besides records.
KEPT_BY_CURATORS = ("tag", "sharedoutcome", "outcomeindicator", "agency", "laboratory", "programme", "term")


def grant_rights() -> None:
    """Tell the roles what they may do here. Called once, when the application is ready."""
    records = [f"catalogue.{action}_innovationpage" for action in ("add", "change", "delete", "view")]
    grant(Role.CURATOR, records)
    for model in KEPT_BY_CURATORS:
        grant(Role.CURATOR, [f"catalogue.{action}_{model}" for action in ("add", "change", "view")])
    grant(Role.CURATOR, [f"search.{action}_synonymgroup" for action in ("add", "change", "delete", "view")])
    grant(Role.CURATOR, ["search.view_pendingchange", "search.change_pendingchange"])
    grant(Role.CURATOR, ["simple_translation.submit_translation"])
    grant(Role.AGENCY_EDITOR, ["catalogue.add_innovationpage", "catalogue.view_innovationpage"])
