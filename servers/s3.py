"""An S3 server that keeps its objects in a folder."""

import http.client
import secrets
from pathlib import Path

from servers.ports import HOST
from servers.server import ANSWER_SECONDS, Server


class S3(Server):
    """`versitygw`; the bucket of its URL does not exist yet."""

    program = "versitygw"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.key = secrets.token_hex(8)
        self.secret = secrets.token_hex(16)
        self.environment = {
            "ROOT_ACCESS_KEY": self.key,
            "ROOT_SECRET_KEY": self.secret,
        }

        self._objects = folder / "objects"
        self._objects.mkdir(exist_ok=True)

    @property
    def url(self) -> str:
        address = f"{self.key}:{self.secret}@{HOST}:{self.port}"
        return f"http://{address}/marketplace"

    def arguments(self) -> list[str]:
        return ["--port", f"{HOST}:{self.port}", "posix", str(self._objects)]

    def is_usable(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/")

            # A request without a signature is forbidden: the server works.
            return connection.getresponse().status == 403
        except http.client.HTTPException:
            return False
        finally:
            connection.close()
