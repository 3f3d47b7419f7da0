"""An engine and its services on this machine, from start to stop."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from engine.adapters.choice import kept_secret
from engine.cli.crew import Crew, Program, Tell
from engine.cli.marks import instant
from engine.cli.trouble import Trouble

ENGINE = "engine"
ENGINES_OWN = ("HOST", "PORT", "ENGINE_URL", "SERVICE_URL")  # not for the services
STARTING = "its start"
PAUSE = 0.2  # between two looks whether something is there
PATIENCE = 60.0  # seconds for everything to be there


@dataclass
class Member:
    """A service of the fleet; its port changes if somebody else took it."""

    name: str
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def program(self, engine: str) -> Program:
        """How it is started now."""
        self.port = free_port(self.port)
        own = {key: value for key, value in os.environ.items() if key in ENGINES_OWN}
        inherited = {k: v for k, v in os.environ.items() if k not in own}
        told = {"PORT": str(self.port), "ENGINE_URL": engine}
        module = module_name(self.folder)
        return Program(
            self.name, "service_sdk", [module], self.folder, inherited | told
        )


@dataclass(frozen=True)
class Fleet:
    """What runs where."""

    port: int
    data: Path | None
    members: Sequence[Member]
    replicas: int = 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def engines(self) -> Sequence[str]:
        """The names of the engine's replicas."""
        if self.replicas == 1:
            return [ENGINE]
        return [f"{ENGINE}-{number + 1}" for number in range(self.replicas)]

    def engine(self, name: str) -> Program:
        """How a replica of the engine is started; they share one port."""
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        arguments = ["serve", *where, "--no-log-times"]
        if self.data:
            arguments += ["--data", str(self.data)]
        told = {"REUSE_PORT": "1"} if self.replicas > 1 else {}
        if os.environ.get("MONGO_URL"):
            told["SECRET"] = os.environ.get("SECRET") or self._secret()
        return Program(name, "engine.cli", arguments, environment=os.environ | told)

    def _secret(self) -> str:
        """One for all replicas on this machine, the same after a restart."""
        folder = self.data or Path(os.environ.get("DATA_DIR", "data"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return kept_secret(folder / "secret").hex()


def plan(
    port: int,
    data: Path | None,
    services: Path,
    only: Sequence[str],
    replicas: int = 1,
) -> Fleet:
    """Choose ports and services; raises `Trouble` if that cannot be."""
    if replicas > 1 and not os.environ.get("NATS_URL"):
        raise Trouble(
            "several replicas need stores that they share",
            "set MONGO_URL, S3_URL and NATS_URL; `make servers` starts some for trials",
        )
    found = {p.name: p for p in sorted(services.glob("*/")) if is_service(p)}
    if not found:
        raise Trouble(
            f"there is no service in {services.resolve()}",
            "run this in the root of the repository, or say --services DIR",
        )
    if unknown := [name for name in only if name not in found]:
        known = f"there are {', '.join(found)}"
        raise Trouble(f"there is no service “{unknown[0]}”", known)
    if port and free_port(port) != port:
        raise Trouble(
            f"port {port} is in use",
            f"end what listens there, or choose another: --port {free_port(port + 1)}",
        )
    # below the ports that the system gives to whoever asks for any
    port = port or free_port(20_000 + os.getpid() % 10_000)
    members: list[Member] = []
    for name in only or found:
        # the same ports each time: the engine remembers addresses for a while
        port_of = free_port(members[-1].port + 1 if members else port + 1)
        members.append(Member(name, found[name].resolve(), port_of))
    return Fleet(port, data, members, replicas)


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
        with suppress(OSError), socket.create_server(("127.0.0.1", port)) as server:
            return int(server.getsockname()[1])
    raise Trouble("this machine has no free port")


@asynccontextmanager
async def sailing(fleet: Fleet, tell: Tell) -> AsyncIterator["Voyage"]:
    """The engine answers; services are starting; in the end all of it is stopped."""
    crew = Crew(tell)
    kept = [
        asyncio.ensure_future(crew.keep(partial(fleet.engine, name)))
        for name in fleet.engines
    ]
    try:
        # there is no proxy between processes of one machine
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            voyage = Voyage(fleet, crew, http, tell)
            await voyage.engine_answers()
            for member in fleet.members:
                start = partial(member.program, fleet.url)
                kept.append(asyncio.ensure_future(crew.keep(start)))
            yield voyage
    finally:
        await crew.stop(*fleet.engines)
        for task in kept:
            task.cancel()
        await asyncio.gather(*kept, return_exceptions=True)


class Voyage:
    """A fleet under way."""

    def __init__(
        self, fleet: Fleet, crew: Crew, http: httpx.AsyncClient, tell: Tell
    ) -> None:
        self._fleet, self._crew, self._http, self._tell = fleet, crew, http, tell
        self._began = datetime.now(UTC)

    async def engine_answers(self) -> None:
        """Wait until the engine is ready; raises `Trouble` if it ends instead."""
        name, told = self._fleet.engines[0], ""
        while missing := await self._missing():
            if self._crew.deaths[name]:
                raise Trouble("the engine does not start", "its lines above say why")
            if missing.partition(":")[0] not in (STARTING, told):
                told = missing.partition(":")[0]
                self._tell(name, f"waits for {missing}")
            await asyncio.sleep(PAUSE)

    async def _missing(self) -> str:
        """What the engine waits for."""
        with suppress(httpx.TransportError):
            answer = await self._http.get(f"{self._fleet.url}/readyz")
            found = answer.json()["missing"].items()
            return "; ".join(f"{what}: {why}" for what, why in found)
        return STARTING

    async def all_announced(self) -> None:
        """Wait for every service; raises `Trouble` that names those missing."""
        waits = {
            member.name: asyncio.ensure_future(self._announced(member))
            for member in self._fleet.members
        }
        try:
            await asyncio.wait(waits.values(), timeout=PATIENCE)
            missing = [name for name, wait in waits.items() if not wait.done()]
        finally:
            for wait in waits.values():
                wait.cancel()
        if missing:
            raise Trouble(
                f"not announced within {PATIENCE:g} s: {', '.join(missing)}",
                "their lines say why",
            )

    async def _announced(self, member: Member) -> None:
        while True:
            with suppress(httpx.TransportError):
                document = (await self._http.get(f"{member.url}/openapi.json")).json()
                routes = [
                    p for p, verbs in document["paths"].items() if "post" in verbs
                ]
                if all([await self._heard(member, route) for route in routes]):
                    return
            await asyncio.sleep(PAUSE)

    async def _heard(self, member: Member, route: str) -> bool:
        answer = await self._http.get(f"{self._fleet.url}/services{route}")
        instances = answer.json()["instances"] if answer.is_success else ()
        return any(
            one["url"].startswith(f"{member.url}/")
            and (instant(one["heard_at"]) or self._began) > self._began
            for one in instances
        )

    async def routes(self) -> dict[str, str]:
        """What can be called, by type: pipelines first."""
        lines = (await self._http.get(f"{self._fleet.url}/services")).json()
        lines = [line for line in lines if line["alive"]]
        return {one["route"]: one["type"] for one in lines}
