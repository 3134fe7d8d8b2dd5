"""Changes of who may sign in and with which role."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import User
from accounts.roles import FILE_PERMISSIONS, GROUP_NAMES, PAGE_PERMISSIONS, Role, permissions_of

# Groups that Wagtail's migrations make: a second way to rights over every record.
WAGTAIL_GROUPS = ("Editors", "Moderators")
_NAME_LENGTH = 150
# What a role's group was called before.
FORMER_NAMES = {"Editor instansi": Role.AGENCY_EDITOR}


def ensure_roles() -> dict[Role, Group]:
    """Make the group of every role say exactly what the role may do. Can be repeated."""
    with transaction.atomic():
        Group.objects.filter(name__in=WAGTAIL_GROUPS, user=None).delete()
        for former in Group.objects.filter(name__in=FORMER_NAMES):
            _rename(former, GROUP_NAMES[FORMER_NAMES[former.name]])
        groups = {role: Group.objects.get_or_create(name=name)[0] for role, name in GROUP_NAMES.items()}
        for role, group in groups.items():
            group.permissions.set(_permissions(role))
            _set_page_permissions(group, PAGE_PERMISSIONS[role])
            _set_file_permissions(group, FILE_PERMISSIONS[role])
    return groups


def accounts_of(addresses: Iterable[str]) -> dict[str, User]:
    """Whose each of ``addresses`` (in lower case) is, without those that are nobody's. Two queries.

    An address that somebody has proved to be theirs is theirs, whoever else signed up with it.
    """
    wanted = list(addresses)
    users = User.objects.annotate(address=Lower("email")).filter(address__in=wanted)
    found = {user.email.lower(): user for user in users}
    proved = EmailAddress.objects.annotate(address=Lower("email")).filter(address__in=wanted, verified=True)
    return found | {row.email.lower(): row.user for row in proved.select_related("user")}


def create_staff_user(
    *, email: str, role: Role, password: str | None = None, first_name: str = "", last_name: str = ""
) -> User:
    """Make somebody with a role, or give the person who has the address that role.

    The address counts as verified: whoever gives the role vouches for it. Without a password a new person
    sets one by the reset mail; a password given here replaces the one there was. So does nobody's: what was
    signed up with an address that nobody had proved to be theirs loses every way to sign in.
    """
    with transaction.atomic():
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, None, first_name=first_name, last_name=last_name)
        elif not EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
            forget_ways_in(user=user)
        user.is_staff = True
        if password is not None:
            user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
        verify_address(user=user)
    return user


def take_role(*, user: User, role: Role) -> None:
    """End somebody's role; who has none left is no staff any more."""
    with transaction.atomic():
        user.groups.remove(*Group.objects.filter(name=GROUP_NAMES[role]))
        if not user.is_superuser and not user.groups.filter(name__in=GROUP_NAMES.values()).exists():
            User.objects.filter(pk=user.pk).update(is_staff=False)
            user.is_staff = False


def verify_address(*, user: User) -> None:
    """Take a person's address as verified and primary."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


def prove_address(*, user: User, keep_password: bool = False) -> None:
    """Take a person's address as theirs: whoever is here reads that mailbox.

    What was made with it while nobody had proved it may be a stranger's, so that loses every way to sign in;
    with ``keep_password`` all but the password, which is new then.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
            forget_ways_in(user=user, keep_password=keep_password)
        verify_address(user=user)


def take_account(*, address: str) -> User | None:
    """The account of whoever has just proved ``address`` elsewhere; ``None`` where they have none here.

    It is as if they had proved it here. What others added to their accounts without proving it goes.
    """
    user = accounts_of([address.lower()]).get(address.lower())
    with transaction.atomic():
        EmailAddress.objects.filter(email__iexact=address, verified=False).exclude(user=user).delete()
        if user is None or user.email.lower() != address.lower():
            return user
        proved = EmailAddress.objects.filter(user=user, verified=True)
        if proved.exists() and not proved.filter(email__iexact=address).exists():
            return None  # somebody proved another address of the account: it is theirs
        prove_address(user=user)
    return user


def forget_ways_in(*, user: User, keep_password: bool = False) -> None:
    """Take password, second factors, single sign-on, other addresses and sessions from an account.

    The name goes with the single sign-on that brought it.
    """
    if not keep_password:
        user.set_unusable_password()
    Authenticator.objects.filter(user=user).delete()
    signed_on, _rows = SocialAccount.objects.filter(user=user).delete()
    if signed_on:
        user.first_name = user.last_name = ""
    user.save(update_fields=["password", "first_name", "last_name"])
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    end_sessions(user=user)


def end_sessions(*, user: User) -> None:
    """Sign a person out everywhere."""
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()


def is_civil_servant(user: User) -> bool:
    """Whether a verified address of theirs is at a domain of the government (``CIVIL_SERVANT_DOMAINS``)."""
    if not user.is_active:
        return False
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    hosts = [address.rpartition("@")[2].lower() for address in verified]
    return any(
        host == domain or host.endswith(f".{domain}")
        for host in hosts
        for domain in settings.CIVIL_SERVANT_DOMAINS
    )


def first_password_path(user: User) -> str:
    """Where somebody who has never had a password sets one; good once, as the link of a reset mail."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


def random_password() -> str:
    """A password nobody can guess, short enough to type once."""
    return secrets.token_urlsafe(15)


def _rename(group: Group, name: str) -> None:
    """Give a group its new name; where that one exists already, it takes over the members and all that names
    the old one (privacy of pages and collections, tasks of workflows).
    """
    heir = Group.objects.filter(name=name).first()
    if heir is None:
        group.name = name
        group.save(update_fields=["name"])
        return
    for relation in Group._meta.related_objects:
        if relation.many_to_many:
            field = relation.field.name
            for item in relation.related_model._default_manager.filter(**{field: group}):
                getattr(item, field).add(heir)
    group.delete()


def _permissions(role: Role) -> QuerySet[Permission] | list[Permission]:
    everything = Permission.objects.select_related("content_type")
    if role is Role.ADMINISTRATOR:
        return everything
    wanted = permissions_of(role)
    found = {f"{item.content_type.app_label}.{item.codename}": item for item in everything}
    missing = sorted(wanted - found.keys())
    if missing:
        raise LookupError(f"no such permission: {', '.join(missing)}")
    return [found[name] for name in sorted(wanted)]


def _set_page_permissions(group: Group, actions: Iterable[str]) -> None:
    root = Page.get_first_root_node()
    for permission in _model_permissions(Page, [f"{name}_page" for name in actions]):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _set_file_permissions(group: Group, actions: Iterable[str]) -> None:
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    root = Collection.get_first_root_node()
    for model in (get_image_model(), get_document_model()):
        codenames = [f"{action}_{model._meta.model_name}" for action in actions]
        for permission in _model_permissions(model, codenames):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )


def _model_permissions(model: type, codenames: Iterable[str]) -> QuerySet[Permission]:
    content_type = ContentType.objects.get_for_model(model)
    return Permission.objects.filter(content_type=content_type, codename__in=list(codenames))


def printable(text: str) -> str:
    """A name without line breaks, marks that turn writing round, and whatever else can't be seen."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def rename(*, user: User, name: str) -> None:
    """Keep the name as the person writes it: the first word, and the rest."""
    first, _space, last = " ".join(name.split()).partition(" ")
    user.first_name, user.last_name = first[:_NAME_LENGTH], last[:_NAME_LENGTH]
    user.save(update_fields=["first_name", "last_name"])
