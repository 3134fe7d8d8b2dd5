from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from accounts import privacy
        from search.worker.periodic import Periodic, register
        from training import records  # noqa: F401 - follows what curators publish
        from training.personal import HOLDING
        from training.roles import grant_rights
        from training.services.certificates import issue_waiting

        grant_rights()
        privacy.register(HOLDING)
        register(Periodic("training_certificates", 5, issue_waiting))
