"""How a new service is tested, built and deployed: files that others read.

They are made where the repository has a folder `kubernetes/service`, which says what
all services have in common.
"""

from pathlib import Path
from string import Template

COMMON = Path("kubernetes") / "service"
LIST = Path("kubernetes") / "services" / "kustomization.yaml"

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
