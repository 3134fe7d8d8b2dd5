from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from training import header, records  # noqa: F401 - the header's link; follows what curators publish
        from training.roles import grant_rights

        grant_rights()
