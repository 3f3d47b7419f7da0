# The training of the model of digits. `make images` builds it in the root of the repository.
#
# It trains, and publishes the model if it is not worse, as `make retrain` does. What it
# makes lies in the volume /workspace; the results go where DIGIT_MODELS, MLFLOW_TRACKING_URI
# and DVC_REMOTE_URL say. BASE is any Debian with Python 3.11 or newer.
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

COPY services/digit-recognition/training/requirements.txt training.txt
RUN uv venv -q --python python3 /app/venv \
    && uv pip install -q -p /app/venv --compile-bytecode --require-hashes -r training.txt \
    && mkdir /workspace

# What is in it, told by tools that are not in it.
FROM packages AS told
COPY requirements/sbom.txt requirements/
RUN uv venv -q --python python3 /told \
    && uv pip install -q -p /told --require-hashes -r requirements/sbom.txt
COPY deploy/images/sbom.py ./
RUN /told/bin/python sbom.py training /app/venv > /app/sbom.cdx.json

FROM ${BASE}
COPY --from=packages /usr/bin/tini-static /usr/bin/tini
COPY --from=packages /app/venv /app/venv
COPY services/digit-recognition /app/service
COPY --from=told /app/sbom.cdx.json /app/
COPY --from=packages --chown=10001:10001 /workspace /workspace

# DVC asks for the name of its user.
RUN echo 'marketplace:x:10001:10001::/tmp:/usr/sbin/nologin' >> /etc/passwd

# DVC and matplotlib keep files of their own in the home of the user.
ENV PATH=/app/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    DVC_SITE_CACHE_DIR=/tmp/dvc \
    DIGIT_MODELS=/workspace/models
WORKDIR /workspace
USER 10001:10001
VOLUME /workspace
# The stages write beside their code, and the image cannot be written.
ENTRYPOINT ["/usr/bin/tini", "--", "/bin/sh", "-c", \
  "cp -r /app/service/. . && exec python -m \"$0\" \"$@\"", "training"]

ARG REVISION=unknown
LABEL org.opencontainers.image.title="AI Marketplace: training" \
      org.opencontainers.image.description="Trains the model of digits, and publishes it" \
      org.opencontainers.image.revision="${REVISION}"
