"""The people of the demonstration: five that somebody can sign in as, and invented ones around them."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from accounts.demo import Account
from accounts.models import User
from accounts.roles import Role

ACCOUNTS = {
    "participant": Account("peserta@demo.example", "participant", "Putri", "Peserta"),
    "mentor": Account("mentor@demo.example", "mentor", "Made", "Mentor"),
    "coach": Account("coach@demo.example", "coach", "Cahya", "Coach"),
    "examiner": Account("penguji@demo.example", "examiner", "Petrus", "Penguji"),
    "coordinator": Account(
        "penyelenggara@demo.example", "coordinator", "Yuni", "Penyelenggara", Role.COORDINATOR
    ),
}
CURATOR = "kurator@demo.example"
_FIRST = (
    "Sari", "Bagus", "Wulan", "Dimas", "Ratna", "Yoga", "Intan", "Fajar", "Lestari", "Arif", "Nadia", "Galih",
    "Tika", "Rizal", "Mega", "Hendra", "Anisa", "Bayu",
)  # fmt: skip
_LAST = ("Contohwati", "Misalkan", "Umpamanto", "Rekayasa", "Karangan", "Bayangan", "Andaikata", "Percobaan")


def invented(names: list[str]) -> dict[str, User]:
    """Accounts nobody can sign in with, by the first part of their address; those there stay as they are."""
    addresses = {name: f"{name}@demo.example" for name in names}
    there = set(User.objects.filter(email__in=addresses.values()).values_list("email", flat=True))
    User.objects.bulk_create(
        User(
            email=address,
            password=make_password(None),
            first_name=_FIRST[number % len(_FIRST)],
            last_name=_LAST[(number // len(_FIRST) + number) % len(_LAST)],
        )
        for number, address in enumerate(addresses.values())
        if address not in there
    )
    found = {user.email: user for user in User.objects.filter(email__in=addresses.values())}
    return {name: found[address] for name, address in addresses.items()}
