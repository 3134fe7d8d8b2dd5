"""Every text field of every model, decided: may anybody read it of a public row, or nobody ever?

A new field is in neither list, and a test fails until somebody has decided. Fields that choose among a fixed
set of words, and UUIDs, tell nothing and need no decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import models
from wagtail.fields import StreamField

TEXTS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
    models.GenericIPAddressField,
    StreamField,
)

_PAGE = "title slug url_path seo_title search_description"
_LABELS = "code label_id label_en synonyms"

PUBLIC: Mapping[str, str] = {
    "wagtailcore.Page": _PAGE,
    "home.HomePage": "introduction example_problems",
    "home.StandardPage": "introduction body image_alt",
    "home.NewsIndexPage": "introduction",
    "home.NewsPage": "introduction body image_alt",
    "home.EventIndexPage": "introduction",
    "home.EventPage": "introduction body image_alt place",
    "home.ContactPage": "introduction thanks",
    "home.ContactField": "clean_name label choices default_value help_text",
    "home.SiteSettings": "organisation_id organisation_en footer_id footer_en",
    "catalogue.InnovationIndexPage": "introduction",
    "catalogue.InnovationSectionPage": "introduction",
    "catalogue.CollectionIndexPage": "introduction",
    "catalogue.CollectionPage": "introduction query",
    "catalogue.InnovationPage": (
        "acronym summary overview problem affected_group goal solution legal_basis novelty benefits "
        "challenges drivers prerequisites lessons replication_potential institutional_sustainability "
        "managerial_sustainability social_sustainability collaborators story image_alt batch source "
        "source_url source_id"
    ),
    "catalogue.Outcome": "name_id name_en unit method evidence",
    "catalogue.Milestone": "title note",
    "catalogue.Resource": "unit note",
    "catalogue.Actor": "name",
    "catalogue.AwardReceived": "rank",
    "catalogue.Evidence": "title url sha256",
    "catalogue.StatusEntry": "source",
    "catalogue.Replication": "changes evidence",
    "catalogue.Term": _LABELS,
    "catalogue.Region": _LABELS,
    "catalogue.Agency": _LABELS,
    "catalogue.OutcomeIndicator": f"{_LABELS} unit",
    "catalogue.SharedOutcome": _LABELS,
    "catalogue.Programme": _LABELS,
    "catalogue.Laboratory": _LABELS,
    "catalogue.Tag": "name slug label_en synonyms",
    "search.SynonymGroup": "words",
    "training.Session": "code label_id label_en introduction_id introduction_en",
    "wagtaildocs.Document": "title file",
    "wagtailimages.Rendition": "filter_spec file",
    "wagtailredirects.Redirect": "old_path redirect_link redirect_page_route_path",
    "wagtailcore.Site": "hostname site_name",
    "wagtailcore.Locale": "language_code",
}
"""Model → fields that a visitor may read where the row is public: live, open, accepted."""

PRIVATE: Mapping[str, str] = {
    "wagtailcore.Page": "draft_title",
    "catalogue.InnovationPage": "import_batch",
    "catalogue.Term": "note crosswalk",
    "catalogue.Laboratory": "source",
    "search.SynonymGroup": "note",
    "home.ContactPage": "to_address from_address subject",
    "accounts.User": "password first_name last_name email",
    "account.EmailAddress": "email",
    "account.EmailConfirmation": "key",
    "mfa.Authenticator": "data",
    "socialaccount.SocialApp": "provider provider_id name client_id secret key settings",
    "socialaccount.SocialAccount": "provider uid extra_data",
    "socialaccount.SocialToken": "token token_secret",
    "usersessions.UserSession": "ip session_key user_agent data",
    "sessions.Session": "session_key session_data",
    "auth.Group": "name",
    "wagtailcore.APIToken": "name key_hash prefix",
    "wagtailcore.Collection": "name",
    "wagtailcore.CollectionViewRestriction": "password",
    "wagtailcore.PageViewRestriction": "password",
    "wagtailcore.Comment": "text",
    "wagtailcore.CommentReply": "text",
    "wagtailcore.ModelLogEntry": "label data",
    "wagtailcore.PageLogEntry": "label data",
    "wagtailcore.Revision": "content object_str",
    "wagtailcore.Task": "name",
    "wagtailcore.TaskState": "comment",
    "wagtailcore.UploadedFile": "file",
    "wagtailcore.Workflow": "name",
    "wagtailadmin.FormState": "data",
    "wagtailforms.FormSubmission": "form_data",
    "wagtailimages.Image": "title file description",
    "wagtailusers.UserProfile": "avatar dismissibles preferred_language current_time_zone",
    "wagtailembeds.Embed": "url html title author_name provider_name thumbnail_url",
    "taggit.Tag": "name slug",
    "accounts.Identity": "sealed_nip nip_digest",
    "training.Appeal": "reason answer",
    "training.Assignment": "asked_as",
    "training.Batch": "name",
    "training.BatchExaminer": "asked_as",
    "training.Certificate": (
        "batch code file holder institution number predicate programme reason sha256 signer title trouble"
    ),
    "training.Component": "label_id label_en",
    "training.Criterion": (
        "label_id label_en level_1_id level_1_en level_2_id level_2_en level_3_id level_3_en level_4_id "
        "level_4_en level_5_id level_5_en"
    ),
    "training.Consultation": "discussed agreed reason",
    "training.Document": (
        "batch code decider file holder institution number programme reason sha256 signer title trouble"
    ),
    "training.EnrolmentList": "rows digest",
    "training.Event": "note field_notes",
    "training.EvidenceFile": "name file sha256",
    "training.EvidenceReason": "text",
    "training.NoteReply": "text",
    "training.LogEntry": "activity link value",
    "training.LogPrivate": "sealed",
    "training.LogRemark": "text",
    "training.FollowUp": "place reason evidence numbers",
    "training.Material": "label_id label_en body_id body_en url",
    "training.Institution": "code label_id label_en",
    "training.Invitation": "sent_to",
    "training.Moderation": "reason",
    "training.Move": "label_id label_en guards_source",
    "training.OriginalityCheck": "text found",
    "training.PeerReview": "strong unclear suggestion thanks",
    "training.Post": "text hidden_reason",
    "training.PostReport": "reason",
    "training.Predicate": "label_id label_en",
    "training.Preference": "calendar_sealed calendar_digest",
    "training.ProgrammeVersion": "code label_id label_en source scoring_source",
    "training.Project": "title answers asked_as",
    "training.Question": "label_id label_en help_id help_en example_id example_en options",
    "training.Result": "marks predicate unlock_reason",
    "training.Revision": "title answers",
    "training.Room": "name",
    "training.Seminar": "link reason",
    "training.ScoreSheet": "levels notes entries strengths mending marks",
    "training.Settlement": "marks sheets reason",
    "training.State": "label_id label_en next_id next_en",
    "training.TeamMember": "sent_to",
    "training.Thread": "title",
    "training.Step": "label_id label_en introduction_id introduction_en",
}
"""Model → fields that no visitor reads, whatever the row."""

MACHINERY: Mapping[str, str] = {
    "search.Follower": "name engine host place",
    "search.PendingChange": "reason refusal",
    "search.Lease": "name holder",
    "training.Component": "code open_in",
    "training.Criterion": "code component",
    "training.CertificateSeries": "kind",
    "training.Event": "code source target",
    "training.EvidenceFile": "row",
    "training.EvidenceReason": "row",
    "training.NoteReply": "question",
    "training.LogEntry": "row previous digest confirmation",
    "training.Logbook": "head confirmed_head",
    "training.Move": "code source target guards",
    "training.Notice": "cause state_code",
    "training.Predicate": "code",
    "training.Project": "state_code last_step",
    "training.Refusal": "method route",
    "training.Question": "code step becomes needed_when",
    "training.Revision": "state_code",
    "training.State": "code",
    "training.Step": "code open_in",
    "training.Thread": "step question",
    "wagtailcore.Page": "path",
    "wagtailcore.Collection": "path",
    "wagtailcore.Comment": "contentpath position",
    "wagtailcore.ModelLogEntry": "action object_id",
    "wagtailcore.PageLogEntry": "action",
    "wagtailcore.Revision": "object_id",
    "wagtailcore.WorkflowState": "object_id",
    "wagtailcore.ReferenceIndex": "object_id to_object_id model_path content_path",
    "wagtailadmin.EditingSession": "object_id",
    "wagtailadmin.FormState": "object_id parent_object_id",
    "wagtaildocs.Document": "file_hash",
    "wagtailimages.Image": "file_hash",
    "wagtailimages.Rendition": "focal_point_key",
    "wagtailembeds.Embed": "hash",
    "wagtailsearch.IndexEntry": "object_id title body autocomplete",
    "wagtailsearch.SQLiteFTSIndexEntry": "title body autocomplete",
    "auth.Permission": "name codename",
    "contenttypes.ContentType": "app_label model",
    "django_tasks_database.DBTaskResult": (
        "args_kwargs task_path worker_ids queue_name backend_name return_value exception_class_path traceback"
    ),
}
"""Model → fields that code fills: keys, paths, words of other fields for the database's own search."""


def undecided() -> set[str]:
    """``app.Model.field`` of every text field that is in none of the lists, or in two."""
    decided = [
        f"{label}.{name}"
        for listed in (PUBLIC, PRIVATE, MACHINERY)
        for label, names in listed.items()
        for name in names.split()
    ]
    twice = {name for name in decided if decided.count(name) > 1}
    return (set(text_fields()) ^ set(decided)) | twice


def text_fields() -> Iterator[str]:
    """``app.Model.field`` of every field that can hold somebody's words; inherited ones once."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, TEXTS) and not getattr(field, "choices", None):
                yield f"{model._meta.label}.{field.name}"
