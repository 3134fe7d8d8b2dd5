"""What people do on the drill's site: fill it, work in it, and have an accident.

act.py runs each of these in a process of its own.
"""

from __future__ import annotations

import io
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import transaction
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, random_password
from catalogue.models import InnovationPage
from scripts.drill.inventory import inventory

EMAIL = "kurator@example.go.id"


def fill(size: str) -> None:
    """Vocabularies, pages, roles, an account with a second factor, records, uploads, and their index."""
    for command in ("seed_vocabularies", "setup_site", "ensure_roles"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    user = create_staff_user(email=EMAIL, role=Role.CURATOR, password=random_password())
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    call_command("demo", size=int(size), stdout=io.StringIO())
    for number in range(4):
        upload(f"awal-{number}", user)
    work("pertama", count=5)


def work(name: str, count: int = 3) -> None:
    """A curator publishes some records under new titles, takes one off the site and uploads files."""
    user = User.objects.get(email=EMAIL)
    pages = list(InnovationPage.objects.live().filter(is_source=True).order_by("pk")[: count + 1])
    for page in pages[:count]:
        with transaction.atomic():
            page.title = f"{name} {page.title}"
            page.save_revision(user=user, log_action=True).publish(user=user)
    with transaction.atomic():
        pages[count].unpublish(user=user, log_action=True)
    upload(name, user)


def accident() -> None:
    """Somebody removes every record and every document."""
    call_command("demo", remove=True, stdout=io.StringIO())
    for document in get_document_model().objects.all():
        document.delete()


def upload(name: str, user: User) -> None:
    content = io.BytesIO()
    colour = sum(name.encode()) % 256
    Picture.new("RGB", (300, 200), (colour, 90, 160)).save(content, "JPEG")
    picture = ImageFile(content, name=f"{name}.jpg")
    image = get_image_model().objects.create(title=name, file=picture, uploaded_by_user=user)
    image.get_file_hash()
    image.get_rendition("width-100")
    report = ContentFile(f"Laporan {name}\n".encode() * 50, name=f"{name}.txt")
    document = get_document_model().objects.create(title=name, file=report, uploaded_by_user=user)
    document.get_file_hash()
    storages["private"].save(f"certificates/{name}.pdf", ContentFile(f"Sertifikat {name}\n".encode()))


def restored(then: str = "") -> dict[str, Any]:
    """What the site is found to have; then its index by the operator's commands; then, if told, work."""
    found = {**inventory(), "index_before": check()[0]}
    call_command("search_rebuild", verbosity=0, stdout=io.StringIO())
    found["index_after"], found["said"] = check()
    if then:
        work(then)
        call_command("worker", only=["index"], once=True)
        found["index_at_work"] = check()[0]
    return found


def check() -> tuple[int, str]:
    """The code that `search_check` ends with, and its line."""
    said = io.StringIO()
    try:
        call_command("search_check", stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue().strip()
    return 0, said.getvalue().strip()
