"""Where this site differs from what allauth does by itself."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import ADMIN_ACCESS
from accounts.sealing import seal, unseal
from accounts.second_factor import signed_in_just_now
from accounts.services import printable, take_account

logger = logging.getLogger(__name__)

_PURPOSE = "mfa secrets"


class AccountAdapter(DefaultAccountAdapter):
    """Leads people only to this host, and survives a mail server that is away."""

    def is_safe_url(self, url: str | None) -> bool:
        """Whether ``url`` is on the very host that was asked; allauth takes every allowed host."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.has_perm(ADMIN_ACCESS):
            return "/admin/"
        return super().get_login_redirect_url(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask for the password again before accounts are changed.

        Not of somebody who signed in minutes ago and has no second factor yet: staff are sent to set one up
        right after the password, and would be asked for it twice.
        """
        required = super().is_reauthentication_required(app=app, **kwargs)
        return required and not signed_in_just_now(allauth_context.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; when the server can't be reached, say so. The words don't tell who has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("the mail %s could not be sent", template_prefix)
            text = _("Our mail server can't be reached at the moment. Please try again in a few minutes.")
            messages.error(allauth_context.request, text)


class MfaAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, so that a copy of the database is not enough."""

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=_PURPOSE)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Believes a single sign-on only what it says plainly; joins no account that may be a stranger's."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Fill in a new account, before any account is looked up by its address.

        allauth keeps the claim ``email_verified`` as it came and takes every text for true, also "false".
        """
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True or address.verified == "true"
        names = {key: _name(data.get(key)) for key in ("first_name", "last_name", "name")}
        return super().populate_user(request, sociallogin, {**data, **names})

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Whose account a verified address opens, and the address; ``None`` for nobody's.

        That of whoever proved the address, else the one made with it that nobody proved anything of: it loses
        the ways in that it had. What others merely added to their own account doesn't count.
        """
        for address in [one.email for one in sociallogin.email_addresses if one.verified]:
            if self.can_authenticate_by_email(sociallogin, address):
                user = take_account(address=address)
                if user is not None:
                    return user, address
        return None


def _name(claim: object) -> str:
    """A name that a provider sent as people may give their own: no address, and only what can be seen."""
    name = printable(claim) if isinstance(claim, str) else ""
    return "" if "@" in name else name
