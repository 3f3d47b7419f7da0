# The engine, with the web app in it. `make images` builds it in the root of the repository.
#
# BASE is any Debian with Python 3.11 or newer. Mirrors of PyPI, npm and Debian are the
# business of who builds: PIP_INDEX_URL, UV_INDEX_URL, NPM_CONFIG_REGISTRY are arguments.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS tools
ARG PIP_INDEX_URL
WORKDIR /build
RUN test -x /usr/bin/tini-static || { \
      apt-get update -qq && apt-get install -y -qq --no-install-recommends tini; }
COPY requirements/uv.txt requirements/
RUN python3 -m venv /tools \
    && /tools/bin/pip install -q --no-cache-dir --require-hashes -r requirements/uv.txt
ENV PATH=/tools/bin:$PATH UV_LINK_MODE=copy UV_NO_CACHE=1

# The packages of npm change more rarely than the app: they have a layer of their own.
FROM tools AS web
ARG UV_INDEX_URL
ARG NPM_CONFIG_REGISTRY
COPY requirements/node.txt requirements/
RUN uv pip install -q -p /tools/bin/python --require-hashes -r requirements/node.txt
COPY webapp/package.json webapp/package-lock.json webapp/.npmrc webapp/
RUN cd webapp && npm ci --silent --no-progress
COPY webapp webapp
RUN cd webapp && npm run --silent build -- --logLevel warn && npm run --silent compress \
    && npm sbom --sbom-format cyclonedx --package-lock-only > /npm.cdx.json

FROM tools AS packages
ARG UV_INDEX_URL
COPY requirements/engine.txt requirements/
# Compiled now: at run time the file system cannot be written.
RUN uv venv -q --python python3 /app/venv \
    && uv pip install -q -p /app/venv --compile-bytecode --require-hashes \
         -r requirements/engine.txt
COPY pyproject.toml README.md ./
COPY services/sdk services/sdk
COPY engine/src engine/src
COPY --from=web /build/engine/src/engine/web engine/src/engine/web
RUN uv build -q --wheel --no-build-isolation -p /tools/bin/python -o wheels . \
    && uv pip install -q -p /app/venv --compile-bytecode --no-deps wheels/*.whl \
    && mkdir /data

# What is in it, told by tools that are not in it.
FROM packages AS told
COPY requirements/sbom.txt requirements/
RUN uv venv -q --python python3 /told \
    && uv pip install -q -p /told --require-hashes -r requirements/sbom.txt
COPY deploy/images/sbom.py ./
COPY --from=web /npm.cdx.json ./
RUN /told/bin/python sbom.py engine /app/venv npm.cdx.json > /app/sbom.cdx.json

FROM ${BASE}
COPY --from=packages /usr/bin/tini-static /usr/bin/tini
COPY --from=packages /app/venv /app/venv
COPY pipelines /app/pipelines
COPY --from=told /app/sbom.cdx.json /app/
COPY --from=packages --chown=10001:10001 /data /data

# It listens for others, so it starts only where settings say that this is meant:
# ALLOW_REMOTE=1 with AUTH=accounts, or with I_KNOW_THERE_ARE_NO_ACCOUNTS=1.
ENV PATH=/app/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data \
    PIPELINES_DIR=/app/pipelines
WORKDIR /app
USER 10001:10001
EXPOSE 8000
VOLUME /data
ENTRYPOINT ["/usr/bin/tini", "--", "marketplace"]
CMD ["serve"]

# Last: with a new commit only these are made anew.
ARG REVISION=unknown
LABEL org.opencontainers.image.title="AI Marketplace: engine" \
      org.opencontainers.image.description="Runs pipelines of machine-learning services" \
      org.opencontainers.image.revision="${REVISION}"
