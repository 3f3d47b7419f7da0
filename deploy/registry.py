"""Users of a registry of images: who pushes, and as whom a cluster fetches.

Environment, as GitLab names it: CI_REGISTRY is the registry; without it, it is what
IMAGE_PREFIX begins with. CI_REGISTRY_USER and CI_REGISTRY_PASSWORD push. A cluster
fetches with CI_DEPLOY_USER and CI_DEPLOY_PASSWORD, which stay valid: the password of a
job ends with it. Passwords go by standard input only: commands are seen by others.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.commands import Failed, run

PULL_SECRET = "registry"  # nosec B105 # its name, which the ServiceAccounts know

MANIFEST = """\
---
apiVersion: v1
kind: Secret
metadata:
  name: {name}
  namespace: {namespace}
  labels: {{app.kubernetes.io/part-of: marketplace}}
type: kubernetes.io/dockerconfigjson
data: {{.dockerconfigjson: {config}}}
"""


def address() -> str:
    """The registry; empty if images have no registry before their names.

    As docker tells them apart: a registry has a dot or a port in its name.
    """
    chosen = os.environ.get("CI_REGISTRY", "")
    first = os.environ.get("IMAGE_PREFIX", "").partition("/")[0]
    return chosen or (first if "." in first or ":" in first else "")


def _account(user_variable: str, password_variable: str) -> tuple[str, str] | None:
    """Name and password; None if there is no such user. Raises `Failed`."""
    user = os.environ.get(user_variable, "")
    if not user:
        return None
    password = os.environ.get(password_variable, "")
    for variable, value in ((password_variable, password), ("CI_REGISTRY", address())):
        if not value:
            raise Failed(
                ("login",), f"{user_variable} is set, but {variable} is missing"
            )
    return user, password


@contextmanager
def logged_in(program: str) -> Iterator[None]:
    """docker or buildah may push meanwhile, if there is a user; raises `Failed`.

    What they keep of it is gone afterwards: other jobs may run on the same machine.
    """
    account = _account("CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD")
    if not account:
        yield
        return

    user, password = account
    before = dict(os.environ)
    with TemporaryDirectory(prefix="login-") as folder:
        # Where docker keeps it, and where buildah does.
        os.environ["DOCKER_CONFIG"] = folder
        os.environ["REGISTRY_AUTH_FILE"] = str(Path(folder) / "auth.json")
        try:
            words = ("login", "--username", user, "--password-stdin")
            run(program, *words, address(), text=password)
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def pull_secret(namespace: str) -> str:
    """The object with which a cluster fetches images; empty if there is no user.

    Raises `Failed`.
    """
    account = _account("CI_DEPLOY_USER", "CI_DEPLOY_PASSWORD")
    if not account:
        return ""

    both = base64.b64encode(":".join(account).encode()).decode()
    config = json.dumps({"auths": {address(): {"auth": both}}})
    return MANIFEST.format(
        name=PULL_SECRET,
        namespace=namespace,
        config=base64.b64encode(config.encode()).decode(),
    )
