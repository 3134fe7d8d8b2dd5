"""Development and demo: no server needed, demo data labelled as such, second factor optional."""

from __future__ import annotations

from innovation_site.secrets import local_secret_key

from .base import *
from .base import CIVIL_SERVANT_DOMAINS, VAR_DIR, env

DEMO = True
CIVIL_SERVANT_DOMAINS = [*CIVIL_SERVANT_DOMAINS, "demo.example"]
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key(VAR_DIR)
STAFF_MFA = env.str("STAFF_MFA", default="optional")
