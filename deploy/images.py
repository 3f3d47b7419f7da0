"""Builds the images with docker or buildah, whichever is there: `make images`.

Environment: BASE is the base image, IMAGE_PREFIX stands before the names (and may begin
with a registry), BUILD_NETWORK is the network of the builds. CI_REGISTRY_USER and
CI_REGISTRY_PASSWORD log in before something is pushed. Mirrors of registries of
packages are PIP_INDEX_URL, UV_INDEX_URL and NPM_CONFIG_REGISTRY. Images that are handed
over go into the folder IMAGE_ARCHIVES, if that is set, instead of a registry. What is
in each is written to out/sbom, and signed with the private key in the file SIGNING_KEY.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.base_image import BASE_NAME
from deploy.commands import ROOT, Failed, run, tell
from deploy.docker_engine import answers
from deploy.registry import logged_in
from deploy.sbom import keep

DOCKERFILES = ROOT / "deploy" / "images"

USUAL_BASE = "python:3.12-slim-bookworm"
USUAL_PREFIX = "marketplace"

MIRRORS = ("PIP_INDEX_URL", "UV_INDEX_URL", "NPM_CONFIG_REGISTRY")
"""Given to the builds if they are set here."""

REVISION_CHARACTERS = 12
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image of this project, and what it is built from."""

    name: str
    dockerfile: Path
    arguments: Mapping[str, str] = field(default_factory=dict)

    def tags(self, revision: str) -> Sequence[str]:
        """What it is called: by the commit, and as the newest one.

        >>> Image(name="engine", dockerfile=Path("x")).tags("abc")
        ['marketplace/engine:abc', 'marketplace/engine:latest']
        """
        name = f"{os.environ.get('IMAGE_PREFIX') or USUAL_PREFIX}/{self.name}"
        return [f"{name}:{revision}", f"{name}:latest"]


def all_images() -> Iterator[Image]:
    """The engine, training, and each service that is a folder in services/."""
    yield Image(name="engine", dockerfile=DOCKERFILES / "engine.Dockerfile")

    dockerfile = DOCKERFILES / "service.Dockerfile"
    for name in services():
        yield Image(name=name, dockerfile=dockerfile, arguments={"SERVICE": name})

    yield Image(name="training", dockerfile=DOCKERFILES / "training.Dockerfile")


def services() -> Sequence[str]:
    """The names of the services: folders with a module of their name."""
    folders = sorted(path for path in (ROOT / "services").iterdir() if path.is_dir())
    return [folder.name for folder in folders if _is_service(folder)]


def _is_service(folder: Path) -> bool:
    module = folder / folder.name.replace("-", "_")
    return module.is_dir() or module.with_suffix(".py").is_file()


def chosen_images(names: Sequence[str]) -> list[Image]:
    """Those of these names; without names all. Raises `Failed` for unknown ones."""
    images = {image.name: image for image in all_images()}
    for name in names:
        if name not in images:
            known = ", ".join(images)
            raise Failed(
                ("build", name), f"there is no image {name}; there are {known}"
            )
    return [images[name] for name in names or images]


def builder() -> str:
    """docker if an engine answers, else buildah; raises `Failed`."""
    if answers():
        return "docker"
    if shutil.which("buildah"):
        return "buildah"
    raise Failed(
        ("docker", "info"),
        "no Docker Engine answers, and there is no buildah: start one, for example "
        "with `make docker-engine`, and paste what it prints",
    )


def base() -> str:
    """The base image: BASE, or the one made here, or the usual one of Docker Hub."""
    chosen = os.environ.get("BASE", "")
    if chosen or not answers():
        return chosen or USUAL_BASE
    made_here = run("docker", "image", "ls", "--quiet", BASE_NAME).strip()
    return BASE_NAME if made_here else USUAL_BASE


def revision() -> str:
    """The commit; `-changed` behind it if the files are not those of the commit."""
    commit = run("git", "rev-parse", f"--short={REVISION_CHARACTERS}", "HEAD").strip()
    changed = run("git", "status", "--porcelain", "--untracked-files=no").strip()
    return f"{commit}-changed" if changed else commit


def build(
    image: Image, *, program: str, base: str, revision: str, sources: Path = ROOT
) -> None:
    """Build it from these sources and give it its tags; raises `Failed`."""
    arguments = {"BASE": base, "REVISION": revision, **image.arguments}
    for mirror in MIRRORS:
        if os.environ.get(mirror):
            arguments[mirror] = os.environ[mirror]

    command = [program, "build", "--file", str(image.dockerfile)]
    if os.environ.get("BUILD_NETWORK"):
        command += ["--network", os.environ["BUILD_NETWORK"]]
    for name, value in arguments.items():
        command += ["--build-arg", f"{name}={value}"]
    for tag in image.tags(revision):
        command += ["--tag", tag]
    run(*command, str(sources))


def size(name: str, program: str) -> float:
    """Megabytes of an image, with all layers below it."""
    if program == "buildah":
        words = ["inspect", "--type", "image", "--format", "{{.Size}}", name]
    else:
        words = ["image", "inspect", "--format", "{{.Size}}", name]
    return int(run(program, *words)) / MEGABYTE


def hand_over(tags: Sequence[str], program: str) -> None:
    """Push an image to its registry, or put it into the folder IMAGE_ARCHIVES.

    Clusters without a registry import such files. Raises `Failed`.
    """
    folder = os.environ.get("IMAGE_ARCHIVES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        path = Path(folder) / f"{tags[0].replace('/', '_').replace(':', '_')}.tar"
        run(program, "save", "--output", str(path), *tags)
        return

    with logged_in(program):
        for tag in tags:
            run(program, "push", tag)


def main(*words: str) -> None:
    """Build the images of these names, or all; `--push` hands them over."""
    names = [word for word in words if word != "--push"]
    try:
        program = builder()
        chosen = base()
        commit = revision()
        for image in chosen_images(names):
            tell(f"building {image.name} on {chosen} …")
            build(image, program=program, base=chosen, revision=commit)

            tag = image.tags(commit)[0]
            whole = size(tag, program)
            over = whole - size(chosen, program)
            print(f"{tag}: {whole:.0f} MB, {over:.0f} over the base", flush=True)
            keep(tag, name=image.name, revision=commit, program=program)
            if "--push" in words:
                hand_over(image.tags(commit), program)
    except Failed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
