"""How a new service is tested, built and deployed: files that others read.

They are made where the repository has a folder `kubernetes/service`, which says what
all services have in common. Lists of services stand in files that people write too:
lines are added to them, and no other line changes.
"""

import re
from pathlib import Path
from string import Template

COMMON = Path("kubernetes") / "service"
LIST = Path("kubernetes") / "services" / "kustomization.yaml"
SCALED = Path("kubernetes") / "overlays" / "keda" / "scaled-objects.yaml"
COMPOSE = Path("deploy") / "compose.yaml"
WATCHED = Path("deploy") / "configs" / "prometheus.yaml"

IN_COMPOSE = Template("""\
  $name:
    <<: *service
    image: $${IMAGE_PREFIX:-marketplace}/$name:$${TAG:-latest}
""")

PLAIN_SERVICE = re.compile(
    r"^  [a-z0-9-]+:\n    <<: \*service\n    image: .*\n(?!    )", re.MULTILINE
)
"""One of Compose that has nothing of its own."""

NAMES = re.compile(r"job_name: services\n(?: .*\n)*?( +)- names:\n((?:\1    - .*\n)+)")
"""Whose figures Prometheus of Compose reads, in the order of the alphabet."""

JOBS = Template("""\
# Jobs of $name: they run when it changes, or what it is built from.
.$name: &changes
  - services/$name/**/*
  - services/sdk/**/*
  - requirements/services.txt
  - deploy/images/service.Dockerfile
  - kubernetes/service/**/*

$name:test:
  extends: .service-test
  variables: {IMAGE: $name}
  rules:
    - if: $$CI_COMMIT_TAG
      when: never
    - changes: *changes

$name:build:
  extends: .service-build
  variables: {IMAGE: $name}
  rules:
    - if: $$CI_COMMIT_TAG
    - if: $$CI_COMMIT_BRANCH == "dev"
      changes: *changes

$name:deploy:
  extends: .service-deploy
  variables: {IMAGE: $name}
  rules:
    - if: $$CI_COMMIT_BRANCH == "dev"
      changes: *changes
""")

KUSTOMIZATION = Template("""\
# The service $name in Kubernetes: what is not as in kubernetes/service.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../../kubernetes/service]
nameSuffix: -$name
labels:
  - pairs: {app: $name}
    includeSelectors: true
images:
  - {name: service, newName: marketplace/$name}
""")


def make_deployment(name: str, folder: Path) -> None:
    """Write what GitLab and Kubernetes read of the service, if they are used here."""
    root = folder.parent.parent
    if not (root / COMMON).is_dir():
        return

    (folder / ".gitlab-ci.yml").write_text(JOBS.substitute(name=name))
    (folder / "kubernetes").mkdir()
    kustomization = KUSTOMIZATION.substitute(name=name)
    (folder / "kubernetes" / "kustomization.yaml").write_text(kustomization)

    # Kustomize takes no patterns: each service stands in the list.
    with (root / LIST).open("a") as services:
        services.write(f"  - ../../services/{name}/kubernetes\n")
    # The overlay keda leaves no other autoscaler to a service.
    scaled = root / SCALED
    if scaled.exists():
        objects = scaled.read_text("utf-8")
        scaled.write_text(f"{objects}---\n{scaled_like_the_last(objects, name)}")

    for file, with_service in ((COMPOSE, composed), (WATCHED, watched)):
        if (root / file).exists():
            text = (root / file).read_text("utf-8")
            (root / file).write_text(with_service(text, name), "utf-8")


def scaled_like_the_last(objects: str, name: str) -> str:
    """An object for a new service: the address of Prometheus may have been changed.

    >>> there = '---\\nmetadata: {name: service-x}\\nquery: sum(a{service=~"y|z"})\\n'
    >>> print(scaled_like_the_last(there, "new"), end="")
    metadata: {name: service-new}
    query: sum(a{service=~"new"})
    """
    last = objects.rpartition("---\n")[2]
    called = re.search(r"name: service-([a-z0-9-]+)", last)
    if not called:
        return ""

    last = re.sub(rf"(service-|app: ){re.escape(called[1])}\b", rf"\1{name}", last)
    # As it is made, its only route has its name.
    return re.sub(r'service=~"[^"]*"', f'service=~"{name}"', last)


def composed(text: str, name: str) -> str:
    """The file of Compose with the service, behind the last one that is plain.

    >>> there = "services:\\n  x:\\n    <<: *service\\n    image: x\\n  mongo: {}\\n"
    >>> print(composed(there, "new"), end="")
    services:
      x:
        <<: *service
        image: x
      new:
        <<: *service
        image: ${IMAGE_PREFIX:-marketplace}/new:${TAG:-latest}
      mongo: {}
    """
    plain = [found.end() for found in PLAIN_SERVICE.finditer(text)]
    if not plain:
        return text
    place = plain[-1]
    return text[:place] + IN_COMPOSE.substitute(name=name) + text[place:]


def watched(text: str, name: str) -> str:
    """What Prometheus of Compose reads, with the service.

    >>> there = "- job_name: services\\n  dns:\\n  - names:\\n      - a\\n      - z\\n"
    >>> print(watched(there, "new"), end="")
    - job_name: services
      dns:
      - names:
          - a
          - new
          - z
    """
    names = NAMES.search(text)
    if not names:
        return text
    own = f"{names[1]}    - {name}\n"
    before = [line for line in names[2].splitlines(keepends=True) if line < own]
    place = names.start(2) + len("".join(before))
    return text[:place] + own + text[place:]
