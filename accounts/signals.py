"""What follows from something that happened at sign-in."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.services import prove_address


@receiver(password_reset)
def reset_proves_the_address(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Whoever used the link in the mail reads that mailbox. So people made in the admin need no second mail.

    With several addresses the link may have gone to another one; then nothing is proved.
    """
    if not EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).exists():
        prove_address(user=user, keep_password=True)
