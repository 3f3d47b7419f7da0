"""The engine and the services that run together on this machine: which, and where."""

import os
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.secret import kept_secret
from engine.cli.environments import python_of
from engine.cli.supervisor import Program
from engine.cli.trouble import Trouble
from engine.program import LOOPBACK

ENGINE = "engine"
ENGINE_VARIABLES = frozenset(
    {"HOST", "PORT", "ENGINE_URL", "SERVICE_URL", "SERVICE_TOKEN"}
)
"""Services read variables of these names too, so those of the engine must not reach
them."""
DEFAULT_PIPELINES = Path("pipelines")
"""As the engine's settings have it."""

NO_ACCOUNTS = "off"
"""The setting AUTH of an engine that everybody who reaches it may use."""
TOKEN_BYTES = 32
FIRST_SEARCHED_PORT = 20_000
SEARCHED_PORTS = 10_000
"""Where the search for a free port begins: below the ports that the system gives to
programs that ask for any, and at another place for each process that searches."""


@dataclass
class LocalService:
    """A service of the stack; its port changes if another program has taken it."""

    name: str
    folder: Path
    port: int
    token: str = field(default="", repr=False)
    """With which it announces itself; empty: the engine asks for none."""
    reloading: bool = False
    """It loads its code again when it is told to, by SIGHUP."""

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    async def program(self, engine_url: str, say: Callable[[str], None]) -> Program:
        """How it is started now; raises `Trouble` if its packages are not to be had.

        `say` is told what takes long.
        """
        python = await python_of(self.folder, say)
        self.port = free_port(self.port)

        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ENGINE_VARIABLES
        }
        environment["PORT"] = str(self.port)
        environment["ENGINE_URL"] = engine_url
        if self.token:
            environment["ENGINE_TOKEN"] = self.token
        if self.reloading:
            # Two versions of one size that are saved within a second would look alike.
            environment["PYTHONDONTWRITEBYTECODE"] = "1"

        return Program(
            name=self.name,
            module="service_sdk.reloading" if self.reloading else "service_sdk",
            python=python,
            arguments=[module_name(self.folder)],
            folder=self.folder,
            environment=environment,
        )


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What runs, and on which ports."""

    port: int
    data: Path | None
    services: Sequence[LocalService]
    replicas: int = 1
    token: str = field(default="", repr=False)
    """With which services announce themselves, where there are accounts."""
    auth: str | None = None
    """Whether there are accounts; None: the engine's settings say it."""
    pipelines: Path | None = None
    """The folder of pipelines; None: the engine's settings name it."""

    @property
    def url(self) -> str:
        """Where the engine is called."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pipelines_folder(self) -> Path:
        """Where the engine finds the pipelines that it publishes at its start."""
        if self.pipelines is not None:
            return self.pipelines
        named = os.environ.get("PIPELINES_DIR")
        return Path(named) if named else DEFAULT_PIPELINES

    @property
    def engines(self) -> Sequence[str]:
        """The names of the engine's replicas."""
        if self.replicas == 1:
            return [ENGINE]
        return [f"{ENGINE}-{number}" for number in range(1, self.replicas + 1)]

    async def engine(self, name: str) -> Program:
        """How a replica of the engine is started; they share one port."""
        arguments = ["serve", "--host", LOOPBACK, "--port", str(self.port)]
        # The screen shows lines as they come: their times would only be in the way.
        arguments += ["--no-log-times"]
        if self.data:
            arguments += ["--data", str(self.data)]

        environment = dict(os.environ)
        if self.pipelines:
            environment["PIPELINES_DIR"] = str(self.pipelines)
        if self.token:
            environment["SERVICE_TOKEN"] = self.token
        if self.auth is not None:
            environment["AUTH"] = self.auth
        if self.replicas > 1:
            environment["REUSE_PORT"] = "1"
        if os.environ.get("MONGO_URL"):
            environment["SECRET"] = os.environ.get("SECRET") or self._secret()

        return Program(
            name=name,
            module="engine.cli",
            arguments=arguments,
            environment=environment,
        )

    def _secret(self) -> str:
        """One for all replicas on this machine, the same after a restart."""
        folder = self.data or Path(os.environ.get("DATA_DIR", "data"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return kept_secret(folder / "secret").hex()


def choose_stack(
    *,
    port: int,
    data: Path | None,
    services: Path,
    only: Sequence[str] = (),
    replicas: int = 1,
) -> Stack:
    """Choose services and ports; raises `Trouble` if the stack cannot be started."""
    if replicas > 1 and not os.environ.get("NATS_URL"):
        raise Trouble(
            "several replicas need stores that they share",
            "set MONGO_URL, S3_URL and NATS_URL; `make servers` starts some for trials",
        )

    found = find_services(services)
    _check_names(only, found)
    chosen = {name: found[name] for name in only or found}

    port = _engine_port(port)
    token = _service_token()
    local = _local_services(chosen, port, reloading=False, token=token)
    return Stack(port=port, data=data, services=local, replicas=replicas, token=token)


def _service_token() -> str:
    """With which services announce themselves; none if the engine has no accounts."""
    if os.environ.get("AUTH", NO_ACCOUNTS) == NO_ACCOUNTS:
        return ""
    return os.environ.get("SERVICE_TOKEN") or secrets.token_urlsafe(TOKEN_BYTES)


def choose_dev_stack(
    *, port: int, data: Path | None, services: Mapping[str, Path], pipelines: Path
) -> Stack:
    """A stack whose services load their code again; there may be none yet."""
    port = _engine_port(port)
    local = _local_services(services, port, reloading=True)
    # What is developed on one's own machine needs no accounts.
    return Stack(
        port=port, data=data, services=local, pipelines=pipelines, auth=NO_ACCOUNTS
    )


def _engine_port(wish: int) -> int:
    if wish:
        _check_port(wish)
        return wish
    return free_port(FIRST_SEARCHED_PORT + os.getpid() % SEARCHED_PORTS)


def _local_services(
    folders: Mapping[str, Path], port: int, *, reloading: bool, token: str = ""
) -> list[LocalService]:
    chosen: list[LocalService] = []
    for name, folder in folders.items():
        # Upwards from the engine's port, so that a service has the same port each
        # time: the engine remembers the addresses of services for a while.
        port = free_port(port + 1)
        service = LocalService(
            name=name,
            folder=folder.resolve(),
            port=port,
            token=token,
            reloading=reloading,
        )
        chosen.append(service)
    return chosen


def find_services(folder: Path) -> dict[str, Path]:
    """The folders of services in a folder, by name; raises `Trouble` without any."""
    paths = sorted(folder.glob("*/"))
    found = {path.name: path for path in paths if is_service(path)}
    if not found:
        raise Trouble(
            f"there is no service in {folder.resolve()}",
            "run this command in the root of the repository, or use --services DIR",
        )
    return found


def _check_names(names: Sequence[str], found: Mapping[str, Path]) -> None:
    unknown = [name for name in names if name not in found]
    if unknown:
        raise Trouble(
            f"there is no service “{unknown[0]}”",
            f"the services are {', '.join(found)}",
        )


def _check_port(port: int) -> None:
    if free_port(port) == port:
        return
    raise Trouble(
        f"port {port} is in use",
        "stop the program that uses it, or choose another port: "
        f"--port {free_port(port + 1)}",
    )


def is_service(folder: Path) -> bool:
    """Whether the folder has a module of its name."""
    path = folder / module_name(folder)
    return path.is_dir() or path.with_suffix(".py").is_file()


def module_name(folder: Path) -> str:
    """The module of a service's folder.

    >>> module_name(Path("services/face-detection"))
    'face_detection'
    """
    return folder.name.replace("-", "_")


def free_port(wish: int = 0) -> int:
    """This port or, if it is taken, another one that is free now."""
    for port in (wish, 0):
        with suppress(OSError), socket.create_server((LOOPBACK, port)) as server:
            return int(server.getsockname()[1])
    raise Trouble(
        "this machine has no free port", "stop some programs that listen on ports"
    )
