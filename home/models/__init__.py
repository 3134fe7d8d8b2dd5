from home.models.base import BasePage, IntroductionMixin, SocialImageMixin
from home.models.contact import ContactField, ContactPage
from home.models.pages import (
    EventIndexPage,
    EventPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StandardPage,
)
from home.models.settings import SiteSettings

__all__ = [
    "BasePage",
    "ContactField",
    "ContactPage",
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "IntroductionMixin",
    "NewsIndexPage",
    "NewsPage",
    "SiteSettings",
    "SocialImageMixin",
    "StandardPage",
]
