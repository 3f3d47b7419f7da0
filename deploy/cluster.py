"""Applies an overlay with images of a commit: `make deploy overlay=dev only=engine`.

Environment: KUBECTL is the command, IMAGE_PREFIX and TAG say which images; without TAG
it is the commit. The cluster is the one that kubectl knows (KUBECONFIG). With
CI_DEPLOY_USER and CI_DEPLOY_PASSWORD the cluster fetches images with them.
"""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.commands import LAB, ROOT, Failed, run, tell
from deploy.images import (
    USUAL_PREFIX,
    all_images,
    chosen_images,
    revision,
    services,
)
from deploy.registry import pull_secret

OVERLAYS = ROOT / "kubernetes" / "overlays"

ENGINE = "engine"
"""What is deployed with it is all that is no service's own."""

PROJECT = "app.kubernetes.io/part-of=marketplace"

WAIT = "300s"
"""For the pods of one Deployment to be replaced."""

KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [{overlay}]
images:
"""


def kubectl(*words: str, text: str = "") -> str:
    """What kubectl answers; `text` is what `--filename -` reads. Raises `Failed`."""
    command = shlex.split(os.environ.get("KUBECTL", "kubectl"))
    return run(*command, *words, text=text)


def manifests(overlay: Path, tag: str) -> str:
    """All objects of an overlay, with the images of that tag; raises `Failed`."""
    LAB.mkdir(exist_ok=True)
    prefix = os.environ.get("IMAGE_PREFIX") or USUAL_PREFIX

    # kubectl cannot set images by itself, and takes relative paths only.
    with TemporaryDirectory(dir=LAB, prefix="overlay-") as folder:
        relative = os.path.relpath(overlay, folder)
        lines = [KUSTOMIZATION.format(overlay=relative)]
        for image in all_images():
            usual = f"{USUAL_PREFIX}/{image.name}"
            chosen = f"{prefix}/{image.name}"
            lines.append(f"- {{name: {usual}, newName: {chosen}, newTag: {tag}}}\n")
        (Path(folder) / "kustomization.yaml").write_text("".join(lines))
        return kubectl("kustomize", folder)


def selector(only: str) -> str:
    """Which objects are applied for an app.

    A service has those that bear its name. The engine has all others: also those
    without a label, such as the namespace, and those of files that are added one day.
    """
    if only == ENGINE:
        return f"app notin ({','.join(services())})"
    return f"app={only}"


def apply(text: str, *, only: str = "") -> Sequence[str]:
    """Apply objects, all or those of one app; what has changed. Raises `Failed`.

    Server-side: the API server itself merges, and refuses fields that it does not know.
    """
    words = ["apply", "--server-side", "--validate=strict", "--filename", "-"]
    if only:
        words += ["--selector", selector(only)]
    return kubectl(*words, text=text).splitlines()


def deploy(text: str, *, namespace: str, overlay: str, only: str) -> Sequence[str]:
    """Apply objects; raises `Failed`, in words that help where nothing is there yet."""
    try:
        return apply(text, only=only)
    except Failed as error:
        if only in ("", ENGINE) or f'namespaces "{namespace}" not found' not in str(
            error
        ):
            raise
        raise Failed(
            ("deploy", overlay, only),
            f"there is no namespace {namespace} yet: deploy the engine first, which "
            f"makes it (make deploy overlay={overlay} only={ENGINE})",
        ) from error


def wait(namespace: str, deployment: str) -> None:
    """Returns when all its pods are new and ready; raises `Failed`."""
    words = ("rollout", "status", f"deployment/{deployment}", f"--timeout={WAIT}")
    kubectl("--namespace", namespace, *words)


def deployments(namespace: str, only: str = "") -> list[str]:
    """The names of the Deployments of this project there."""
    wanted = f"{PROJECT},{selector(only)}" if only else PROJECT
    words = ("get", "deployments", "--selector", wanted, "--output=name")
    found = kubectl("--namespace", namespace, *words).split()
    return [name.partition("/")[2] for name in found]


def namespace_of(overlay: Path) -> str:
    """The namespace that an overlay names."""
    for line in (overlay / "kustomization.yaml").read_text().splitlines():
        if line.startswith("namespace: "):
            return line.partition(": ")[2]
    raise Failed(("deploy", str(overlay)), "the overlay names no namespace")


def main(overlay: str, only: str = "") -> None:
    """Apply it, and wait until what has changed is ready."""
    folder = OVERLAYS / overlay
    try:
        if only:
            chosen_images([only])
        namespace = namespace_of(folder)
        text = manifests(folder, os.environ.get("TAG") or revision())
        text += pull_secret(namespace)
        for line in deploy(text, namespace=namespace, overlay=overlay, only=only):
            print(line, flush=True)

        for name in deployments(namespace, only):
            tell(f"waiting for {name} …")
            wait(namespace, name)
    except Failed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
