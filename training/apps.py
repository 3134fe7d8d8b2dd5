from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from accounts import privacy
        from training import records  # noqa: F401 - follows what curators publish
        from training.personal import HOLDING
        from training.roles import grant_rights

        grant_rights()
        privacy.register(HOLDING)
