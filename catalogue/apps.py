from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from catalogue import downloads, index_changes, structured_data  # noqa: F401
        from catalogue.index import DEFINITION
        from catalogue.roles import grant_rights
        from catalogue.services import admin_indexes  # noqa: F401 - registers work by the clock
        from catalogue.views import pages, record  # noqa: F401 - register what pages show
        from search.registry import register

        register(DEFINITION)
        grant_rights()
