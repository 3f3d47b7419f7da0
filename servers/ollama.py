"""An Ollama server that keeps its models in a folder."""

import http.client
import subprocess  # nosec B404 # ollama itself, with words of this file
from pathlib import Path

from servers.ports import HOST
from servers.server import ANSWER_SECONDS, PROGRAMS_FOLDER, Server


class Ollama(Server):
    """`ollama`; it has no models yet, and downloads none by itself."""

    program = "ollama"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environment = {
            "OLLAMA_HOST": f"{HOST}:{self.port}",
            "OLLAMA_MODELS": str(folder / "models"),
            "OLLAMA_NO_CLOUD": "1",
            # It keeps a key there, which must not be the one of this machine's user.
            "HOME": str(folder),
        }

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def arguments(self) -> list[str]:
        return ["serve"]

    def is_usable(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/api/version")
            return connection.getresponse().status == 200
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    def create(self, model: str, modelfile: Path) -> None:
        """Make a model from a Modelfile."""
        subprocess.run(  # nosec B603 # words of the tests
            [
                str(PROGRAMS_FOLDER / self.program),
                "create",
                model,
                "-f",
                str(modelfile),
            ],
            env=self.environment,
            check=True,
            capture_output=True,
        )
