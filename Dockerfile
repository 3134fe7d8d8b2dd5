# The site's image: one for the web process, the worker and the commands.
# Packages and static files are made in the first stage; the second has no compiler, no pip cache and nothing
# that its user may write to but VAR_DIR, so that it runs with a read-only root file system.
FROM python:3.13.9-slim-trixie AS build

WORKDIR /srv/katalog
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
COPY . .
# The demo profile needs no secret; what it makes up stays in this stage.
RUN DJANGO_SETTINGS_MODULE=innovation_site.settings.dev VAR_DIR=/tmp/build STATIC_ROOT=/srv/katalog/static-collected \
    /opt/venv/bin/python manage.py collectstatic --no-input \
    && /opt/venv/bin/python -m compileall -q .


FROM python:3.13.9-slim-trixie

RUN useradd --system --uid 10001 --home-dir /var/lib/katalog --create-home --shell /usr/sbin/nologin katalog
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/katalog /srv/katalog
WORKDIR /srv/katalog

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=innovation_site.settings.production \
    VAR_DIR=/var/lib/katalog \
    STATIC_ROOT=/srv/katalog/static-collected \
    HOST=0.0.0.0 \
    PORT=8000

USER 10001
VOLUME /var/lib/katalog
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "scripts/healthcheck.py"]
CMD ["gunicorn", "--config", "python:innovation_site.gunicorn", "innovation_site.wsgi"]
