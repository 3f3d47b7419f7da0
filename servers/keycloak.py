"""A Keycloak with the realm `school`: people and groups of keycloak-realm.json."""

import os
import shutil
import urllib.request
from pathlib import Path

from servers.ports import HOST
from servers.server import ANSWER_SECONDS, PROGRAMS_FOLDER, Server, block_until_started

REALM = Path(__file__).with_name("keycloak-realm.json")
START_SECONDS = 600.0
"""On two cores that are busy; alone it takes a quarter of a minute."""
ADMINISTRATOR = "admin"
PASSWORD = "only for trials"  # nosec B105 # the server is gone after the tests


class Keycloak(Server):
    """`kc.sh`, with a database in memory."""

    program = "keycloak"
    environment = {
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMINISTRATOR,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
        # It is used for a minute: compiling code further takes longer than it saves.
        "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._home = folder / "home"

    @property
    def url(self) -> str:
        """Of the realm: what a client calls the issuer."""
        return f"{self.root}/realms/school"

    @property
    def root(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def executable(self) -> Path:
        return self._home / "bin" / "kc.sh"

    def arguments(self) -> list[str]:
        listening = ["--http-enabled=true", f"--http-host={HOST}"]
        here = [f"--http-port={self.port}", f"--hostname={self.root}", "--cache=local"]
        return ["start", "--optimized", "--import-realm", *listening, *here]

    def launch(self) -> None:
        # It writes into the folder of its programs.
        kept = PROGRAMS_FOLDER / self.program
        if kept.exists() and not self._home.exists():
            shutil.copytree(kept, self._home, copy_function=_linked)
            imported = self._home / "data" / "import"
            imported.mkdir(parents=True, exist_ok=True)
            shutil.copy(REALM, imported / "school-realm.json")
        super().launch()

    def wait(self) -> None:
        block_until_started(self.answers, self.program, self.log, START_SECONDS)

    def is_usable(self) -> bool:
        address = f"{self.url}/.well-known/openid-configuration"
        with urllib.request.urlopen(  # nosec B310 # http, to this machine
            address, timeout=10 * ANSWER_SECONDS
        ) as answer:
            return bool(answer.status == 200)


def _linked(source: str, target: str) -> None:
    """A second name for a file; a copy where there can be none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
