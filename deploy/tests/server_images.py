"""Images of the servers, where those of public registries cannot be had.

Made of the genuine programs, which `make servers` and others have fetched, on the base
of all images here. They have what is asked of the published ones: the same entry
points, users, folders, and the few commands that health checks call.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.commands import LAB, run
from servers.server import PROGRAMS_FOLDER

COMMON = "local/servers-base:1"

# haproxy and Java come from Debian; mongod needs two libraries; and busybox is the wget
# that images on Alpine have. Java's package wants a folder that the base has not.
PACKAGES = "haproxy openjdk-17-jre-headless libcurl4 libssl3 busybox"
COMMON_FILE = f"""\
ARG BASE
FROM ${{BASE}}
RUN mkdir -p /usr/share/man/man1 && apt-get update -qq \\
    && apt-get install -y -qq --no-install-recommends {PACKAGES} \\
    && rm -rf /var/lib/apt/lists/* && ln -s /bin/busybox /usr/local/bin/wget
ENTRYPOINT []
"""


@dataclass(frozen=True)
class ServerImage:
    """One of them: which variable of the file takes it, and what is in it."""

    variable: str
    name: str
    program: str = ""
    lines: str = ""


IMAGES = (
    ServerImage("DOOR_IMAGE", "local/haproxy:3.0", lines="USER haproxy\n"),
    ServerImage(
        *("MONGO_IMAGE", "local/mongo:8", "mongod"),
        "COPY mongod /usr/local/bin/\nRUN mkdir -p /data/db\n",
    ),
    ServerImage(
        *("S3_IMAGE", "local/versitygw:1.8", "versitygw"),
        "COPY versitygw /usr/local/bin/\n",
    ),
    ServerImage(
        *("NATS_IMAGE", "local/nats:2.12", "nats-server"),
        'COPY nats-server /usr/local/bin/\nENTRYPOINT ["nats-server"]\n',
    ),
    ServerImage(
        *("KEYCLOAK_IMAGE", "local/keycloak:26.4", "keycloak"),
        "COPY --chown=1000:0 keycloak /opt/keycloak\n"
        "RUN mkdir -p /opt/keycloak/data && chown 1000:0 /opt/keycloak/data\n"
        "USER 1000\n",
    ),
    ServerImage(
        *("PROMETHEUS_IMAGE", "local/prometheus:3", "prometheus"),
        "COPY prometheus /bin/\n"
        "RUN mkdir /prometheus && chown 65534:65534 /prometheus\n"
        'USER 65534\nENTRYPOINT ["/bin/prometheus"]\n',
    ),
    ServerImage(
        *("ALERTMANAGER_IMAGE", "local/alertmanager:0.31", "alertmanager"),
        "COPY alertmanager /bin/\n"
        "RUN mkdir /alertmanager && chown 65534:65534 /alertmanager\n"
        'USER 65534\nENTRYPOINT ["/bin/alertmanager"]\n',
    ),
)


def make_server_images(base: str) -> Mapping[str, str]:
    """Build them; what to set for the file of Compose. Raises `Failed`."""
    _build(COMMON, COMMON_FILE, f"--build-arg=BASE={base}")
    for image in IMAGES:
        _build(image.name, f"FROM {COMMON}\n{image.lines}", program=image.program)
    return {image.variable: image.name for image in IMAGES}


def _build(name: str, dockerfile: str, *words: str, program: str = "") -> None:
    LAB.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=LAB, prefix="image-") as folder:
        context = Path(folder)
        (context / "Dockerfile").write_text(dockerfile)
        if program:
            _link(PROGRAMS_FOLDER / program, context / program)
        network = os.environ.get("BUILD_NETWORK", "default")
        given = (*words, f"--network={network}", f"--tag={name}")
        run("docker", "build", *given, folder)


def _link(source: Path, target: Path) -> None:
    """The same file under a second name: some have a hundred megabytes."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link)
    else:
        os.link(source, target)
