# Any service of services/: --build-arg SERVICE=face-detection. `make images` builds all.
#
# BASE is any Debian with Python 3.11 or newer. Mirrors of PyPI and Debian are the business
# of who builds: PIP_INDEX_URL and UV_INDEX_URL are arguments.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS packages
ARG PIP_INDEX_URL
ARG UV_INDEX_URL
WORKDIR /build
RUN test -x /usr/bin/tini-static || { \
      apt-get update -qq && apt-get install -y -qq --no-install-recommends tini; }
COPY requirements/uv.txt requirements/
RUN python3 -m venv /tools \
    && /tools/bin/pip install -q --no-cache-dir --require-hashes -r requirements/uv.txt
ENV PATH=/tools/bin:$PATH UV_LINK_MODE=copy UV_NO_CACHE=1

# What services share does not depend on SERVICE: a machine that builds or runs several
# of them has this layer once.
COPY requirements/services.txt requirements/
RUN uv venv -q --python python3 /app/venv \
    && uv pip install -q -p /app/venv --compile-bytecode --require-hashes \
         -r requirements/services.txt

COPY services/sdk services/sdk
RUN uv build -q --wheel --no-build-isolation -p /tools/bin/python -o wheels services/sdk \
    && uv pip install -q -p /app/venv --compile-bytecode --no-deps wheels/*.whl

# They tell what is in it, and are not in it.
COPY requirements/sbom.txt requirements/
RUN uv venv -q --python python3 /told \
    && uv pip install -q -p /told --require-hashes -r requirements/sbom.txt
COPY deploy/images/sbom.py ./

# A service with packages of its own gets these and no others: `make lock-service` writes
# the list, with those of the SDK. Without some of them it would not start.
FROM packages AS own
ARG SERVICE
COPY services/${SERVICE} services/${SERVICE}
RUN if test -f "services/${SERVICE}/requirements.txt"; then \
      rm -r /app/venv && uv venv -q --python python3 /app/venv \
      && uv pip install -q -p /app/venv --compile-bytecode --require-hashes \
           -r "services/${SERVICE}/requirements.txt" \
      && uv pip install -q -p /app/venv --compile-bytecode --no-deps wheels/*.whl \
      && uv pip check -q -p /app/venv; \
    fi
# Beside each other, so that all of a service's own is one layer.
RUN mkdir /own && cp -r "services/${SERVICE}" /own/service \
    && /told/bin/python sbom.py "${SERVICE}" /app/venv > /own/sbom.cdx.json

FROM ${BASE}
COPY --from=packages /usr/bin/tini-static /usr/bin/tini
COPY --from=own /app/venv /app/venv
COPY --from=own /own /app
ARG SERVICE

# Uploads wait in SPOOL_DIR: a volume for them is faster than one for all of /tmp.
ENV PATH=/app/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=9000 \
    SERVICE=${SERVICE}
WORKDIR /app/service
USER 10001:10001
EXPOSE 9000
# The module bears the name of the service: face-detection, face_detection.
ENTRYPOINT ["/usr/bin/tini", "--", "/bin/sh", "-c", \
  "exec python -m service_sdk \"$(echo \"$SERVICE\" | tr - _)\""]

ARG REVISION=unknown
LABEL org.opencontainers.image.title="AI Marketplace: ${SERVICE}" \
      org.opencontainers.image.description="A service that announces itself to the engine" \
      org.opencontainers.image.revision="${REVISION}"
