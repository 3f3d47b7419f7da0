"""A base for images where no registry of images can be reached: `make base-image`.

Debian with Python, made by debootstrap from the mirror that this machine uses, and
imported into the Docker Engine as BASE_NAME.
"""

import os
import shutil
import subprocess  # nosec B404 # tar and docker, with words of this file
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.commands import LAB, Failed, run, tell

BASE_NAME = "local/debian-python:bookworm"
RELEASE = "bookworm"
PACKAGES = ("ca-certificates", "python3", "python3-venv", "tini")

SOURCES = (
    Path("/etc/apt/sources.list.d/debian.sources"),
    Path("/etc/apt/sources.list"),
)

CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")

CHANGES = (
    "CMD python3",
    # uv and npm carry certificates of their own, which do not know such a proxy.
    f"ENV SSL_CERT_FILE=/{CERTIFICATES} NODE_EXTRA_CA_CERTS=/{CERTIFICATES}",
)

# Nobody reads them in a container; they are a third of it.
UNUSED = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "var/cache/apt/archives",
)


def mirror() -> str:
    """The address of Debian's packages on this machine; raises `Failed`."""
    for path in SOURCES:
        for word in path.read_text().split() if path.exists() else ():
            if word.startswith(("http://", "https://")) and word.endswith("/debian"):
                return word
    raise Failed(("debootstrap",), "no mirror of Debian is in the sources of apt")


def make_base(name: str = BASE_NAME) -> None:
    """Make it and give it to the Docker Engine; raises `Failed`."""
    LAB.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=LAB, prefix="base-") as folder:
        root = Path(folder)
        packages = f"--include={','.join(PACKAGES)}"
        run("debootstrap", "--variant=minbase", packages, RELEASE, folder, mirror())

        for unused in UNUSED:
            shutil.rmtree(root / unused, ignore_errors=True)
        # Registries may be reached through a proxy that this machine trusts.
        shutil.copyfile(Path("/") / CERTIFICATES, root / CERTIFICATES)
        _import(root, name)


def _import(root: Path, name: str) -> None:
    tar = ["tar", "--create", "--directory", str(root), "--one-file-system", "."]
    changes = [word for change in CHANGES for word in ("--change", change)]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as packed:  # nosec B603 # ours
        done = subprocess.run(  # nosec B603 B607 # ours, whichever docker is chosen
            ["docker", "import", *changes, "-", name],
            stdin=packed.stdout,
            capture_output=True,
            text=True,
        )
    if done.returncode or packed.returncode:
        raise Failed(("docker", "import", name), done.stderr)


def main() -> None:
    """Make it unless it is there."""
    try:
        if run("docker", "image", "ls", "--quiet", BASE_NAME).strip():
            return
        if os.geteuid():
            sys.exit("debootstrap needs root")
        tell(f"making {BASE_NAME}, about three minutes …")
        make_base()
    except FileNotFoundError as error:
        sys.exit(f"there is no {error.filename}; install docker.io and debootstrap")
    except Failed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
