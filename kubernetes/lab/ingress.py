"""Builds Traefik, an ingress controller for the lab.

`python -m kubernetes.lab.ingress` does it too.

From its Go module, but without what asks clouds: the providers of certificates by
DNS (150 of them) and that of Amazon ECS. To compile these takes longer than
all the rest, and no cloud is here.
"""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.commands import LAB, run, tell
from kubernetes.lab import sources
from kubernetes.lab.programs import BIN

TRAEFIK = "github.com/traefik/traefik/v3@v3.6.0"
LEGO = "github.com/go-acme/lego/v4@v4.28.0"
PROGRAM = BIN / "traefik"
IMAGE = "local/traefik:3.6.0"

HERE = Path(__file__).parent / "ingress"
OURS = (Path(__file__), *HERE.glob("*.go"))


def build() -> None:
    """Build it unless it is there; raises `Failed`."""
    if sources.is_built(PROGRAM.name, OURS):
        return

    tell("building Traefik, once …")
    lego = sources.copy_of(LEGO, "lego")
    dns = lego / "providers" / "dns" / "zz_gen_dns_providers.go"
    shutil.copyfile(HERE / "dns.go", dns)
    traefik = sources.copy_of(TRAEFIK, "traefik")
    ecs = traefik / "pkg" / "provider" / "ecs"
    shutil.rmtree(ecs)
    ecs.mkdir()
    shutil.copyfile(HERE / "ecs.go", ecs / "ecs.go")

    replace = f"-replace=github.com/go-acme/lego/v4={lego}"
    run("go", "mod", "edit", replace, folder=traefik)
    sources.build(PROGRAM.name, OURS, folder=traefik, package="./cmd/traefik")


def ingress_image() -> None:
    """Give the Docker Engine an image with nothing but the program."""
    with TemporaryDirectory(dir=LAB, prefix="image-") as folder:
        shutil.copy(HERE / "Dockerfile", folder)
        os.link(PROGRAM, Path(folder) / PROGRAM.name)
        run("docker", "build", "--tag", IMAGE, folder)


if __name__ == "__main__":
    sources.main(build, PROGRAM)
