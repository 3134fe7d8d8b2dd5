"""Settings of the hello-world: what Django needs to answer at all."""

DEBUG = False
SECRET_KEY = "only-says-hello"  # noqa: S105 - it signs nothing
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "scripts.bench.hello"
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
LOGGING_CONFIG = None
# What the site's gunicorn settings look for before they serve.
SEARCH_ENGINE = "none"
SEARCH_ENGINES: dict[str, dict[str, str]] = {"none": {}}
