from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from accounts import privacy
        from search.worker.periodic import Periodic, register
        from training import header, records  # noqa: F401 - the header's link; follows what curators decide
        from training.personal import HOLDING
        from training.roles import grant_rights
        from training.services import (
            certificates,
            digests,
            documents,
            enrolment_lists,
            evidence,
            follow_ups,
            logbook,
            mails,
            refusals,
            reminders,
            seals,
            unsigned,
        )

        grant_rights()
        privacy.register(HOLDING)
        register(Periodic("training_mails", 60, mails.send_waiting))
        register(Periodic("training_digests", 600, digests.send_due))
        register(Periodic("training_certificates", 5, certificates.issue_waiting))
        register(Periodic("training_documents", 5, documents.issue_waiting))
        register(Periodic("training_unsigned", 3600, unsigned.tell_today))
        register(Periodic("training_reminders", 3600, reminders.remind_today))
        register(Periodic("training_follow_ups", 3600, follow_ups.ask_due))
        register(Periodic("training_lists", 3600, enrolment_lists.forget_unapplied))
        register(Periodic("training_seals", 600, seals.seal_due))
        register(Periodic("training_files", 3600, evidence.sweep))
        register(Periodic("training_private", 3600, logbook.forget_private))
        register(Periodic("training_refusals", 24 * 3600, refusals.forget_old))
        register(Periodic("training_records", 600, records.catch_up))
