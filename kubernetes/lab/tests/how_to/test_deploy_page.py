"""docs/how-to/deploy.md, word for word: from a cluster to a blurred face behind TLS."""

import json
import os
import re
import secrets
import shlex
import subprocess
from pathlib import Path

import pytest

from deploy.commands import ROOT, run
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.pictures import check_blurred
from kubernetes.lab.tests.production import MARKETPLACE, make_volume

PAGE = ROOT / "docs" / "how-to" / "deploy.md"
SECTION = re.compile(r"^### For use$(.*?)^### ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^ *```text$(.*?)^ *```$", re.MULTILINE | re.DOTALL)

NAME = "marketplace.example.org"
URL = f"https://{NAME}"

COOKIE_OVER_TLS = "set-cookie: __Host-marketplace="
INVITATION = re.compile(r"http://engine:8000(/first-administrator)#(mki_\S+)")


def steps() -> list[str]:
    """The commands of the page, a text for each step."""
    (section,) = SECTION.findall(PAGE.read_text("utf-8"))
    return [found.strip() for found in BLOCK.findall(section)]


class Stranger:
    """A shell of somebody who has the page, a cluster, stores and a certificate."""

    def __init__(
        self, lab: Cluster, *, stores: dict[str, str], registry: str, folder: Path
    ) -> None:
        self._given = {f"{name}=…": f"{name}={url}" for name, url in stores.items()}
        self._given["registry.example.org"] = registry
        for name in ("tls.crt", "tls.key"):
            self._given[f"={name}"] = f"={folder / name}"
        self._given["YOUR.NAME"] = NAME
        self._given[".venv/bin/marketplace"] = "marketplace"
        self._given["--output out"] = f"--output {folder / 'out'}"

        programs = folder / "programs"
        programs.mkdir()
        # The cluster is reached from its nodes only, and the name is known there.
        inside = [word for word in lab.inside(1) if not word.startswith("--wd")]
        inside.insert(-1, f"--wd={ROOT}")
        kubectl = lab.kubectl_command[len(lab.inside(1)) :]
        self._program(programs / "kubectl", [*inside, *kubectl])
        self._program(programs / "marketplace", [*inside, MARKETPLACE])
        self._program(programs / "curl", [*inside, "/usr/bin/curl"])

        self._environment = os.environ | {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "KUBECTL": "kubectl",
            "CURL_CA_BUNDLE": str(folder / "tls.crt"),
            "SSL_CERT_FILE": str(folder / "tls.crt"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }

    @staticmethod
    def _program(path: Path, command: list[str]) -> None:
        path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        path.chmod(0o755)

    def does(self, step: str, text: str = "") -> str:
        """What the commands of a step have said."""
        for word, given in self._given.items():
            step = step.replace(word, given)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", step],
            cwd=ROOT,
            env=self._environment,
            input=text,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture
def stranger(
    lab: Cluster, stores: dict[str, str], registry_address: str, tmp_path: Path
) -> Stranger:
    make_volume(lab)
    run(
        *("openssl", "req", "-x509", "-nodes", "-days=2"),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
        *("-keyout", str(tmp_path / "tls.key"), "-out", str(tmp_path / "tls.crt")),
    )
    return Stranger(lab, stores=stores, registry=registry_address, folder=tmp_path)


def test_the_page_leads_to_a_blurred_face_behind_tls(
    lab: Cluster, stranger: Stranger, tmp_path: Path
) -> None:
    name, secret, deploy, administrator, blur = steps()
    password = secrets.token_urlsafe()

    for step in (name, secret, deploy):
        stranger.does(step)
    # The log of a replica that has not started cannot be read.
    ready = ("wait", "deployment/engine", "--for=jsonpath={.status.readyReplicas}=3")
    lab.kubectl("--namespace=project", *ready, "--timeout=300s")
    found = INVITATION.search(stranger.does(administrator))
    assert found
    body = {"name": "ada", "password": password, "invitation": found[2]}
    as_form = f"curl --fail --silent --include --json {shlex.quote(json.dumps(body))}"
    signed_in = stranger.does(f"{as_form} {URL}{found[1]}")
    stranger.does(blur, text=f"{password}\n")

    # The engine knows from the ingress that people reach it over TLS.
    assert COOKIE_OVER_TLS in signed_in
    (picture,) = (tmp_path / "out").iterdir()
    check_blurred(picture)
