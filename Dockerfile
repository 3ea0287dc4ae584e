# The image of every part of the portal; docker-compose.yml says which part a container is.
FROM python:3.13-slim AS libraries
COPY requirements.lock /
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes -r /requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/portal/staticfiles \
    BIND=0.0.0.0
WORKDIR /portal
COPY --from=libraries /opt/venv /opt/venv
COPY manage.py pyproject.toml LICENSE ./
COPY icc_portal icc_portal
COPY cities cities
COPY initiatives initiatives
COPY events events
COPY marketplace marketplace
COPY templates templates
COPY static static
# Styles are gathered here and never at run time; the embedded settings serve for that.
RUN DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
    && mkdir /data \
    && chown portal:portal /data
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/health/live', timeout=4)"]
CMD ["gunicorn", "--config=python:icc_portal.gunicorn"]
