"""`marketplace dev`: an engine with what is in a folder, loaded again on save."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import httpx
from watchfiles import Change, DefaultFilter, awatch

from engine.cli.dev_folder import DevFolder
from engine.cli.dev_tasks import TaskLines
from engine.cli.environments import REQUIREMENTS
from engine.cli.pipeline_files import JSON_HEADERS, tell_faults
from engine.cli.running_stack import RunningStack, running
from engine.cli.screen import Screen
from engine.cli.stack import LocalService, Stack, free_port
from engine.cli.supervisor import Tell
from engine.cli.trouble import Trouble, fault_line
from engine.cli.up import prefixed, stop_at_signals, welcome

DEV = "dev"
"""Stands before what this command itself says."""

CODE_SUFFIXES = frozenset({".py", ".toml", ".yaml", ".yml"})
"""Files whose change lets their service load its code again. Services may write other
files into their own folders."""

DEBOUNCE_MILLISECONDS = 150
"""An editor that saves writes several times, and so does a change of branch."""
STEP_MILLISECONDS = 30


def dev(stack: Stack, folder: DevFolder, screen: Screen) -> None:
    """Run until a signal comes."""
    try:
        asyncio.run(_dev(stack, folder, screen))
    except asyncio.CancelledError:
        screen.print("all processes have ended", style="dim")


async def _dev(stack: Stack, folder: DevFolder, screen: Screen) -> None:
    stop_at_signals()
    tell = prefixed(stack, screen)
    async with running(stack, tell) as running_stack:
        workshop = Workshop(
            stack=stack, running_stack=running_stack, folder=folder, tell=tell
        )
        lines = TaskLines(running_stack.http, stack.url, tell)
        async with asyncio.TaskGroup() as group:
            group.create_task(workshop.watch())
            group.create_task(lines.follow())
            # Of services that are still starting nothing is said yet.
            await workshop.publish(folder.pipelines(), warn=False)
            try:
                await running_stack.wait_for_services()
            except Trouble as trouble:
                # The others can be used, and this one when its code is mended.
                trouble.show()
            await tell_faults(
                folder.pipelines(), http=running_stack.http, engine=stack.url, tell=tell
            )
            welcome(stack, await running_stack.routes(), screen)


class Files(DefaultFilter):
    """The files of people: code and pipelines."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change of this file is of interest."""
        file = Path(path)
        known = file.suffix in {*CODE_SUFFIXES, ".json"} or file.name == REQUIREMENTS
        # A folder that is moved or removed as a whole is told by its name alone.
        return (known or not file.suffix) and super().__call__(change, path)


class Workshop:
    """Brings what is saved into the running stack."""

    def __init__(
        self,
        *,
        stack: Stack,
        running_stack: RunningStack,
        folder: DevFolder,
        tell: Tell,
    ) -> None:
        self._stack = stack
        self._running = running_stack
        self._folder = folder
        self._tell = tell
        self._services = {service.name: service for service in stack.services}
        self._published: dict[Path, bytes] = {}

    async def watch(self) -> None:
        """Take every change until this is cancelled."""
        async for changes in awatch(
            *self._folder.watched,
            watch_filter=Files(),
            debounce=DEBOUNCE_MILLISECONDS,
            step=STEP_MILLISECONDS,
        ):
            await self._take({Path(path) for _, path in changes})

    async def _take(self, paths: set[Path]) -> None:
        found = self._folder.services()
        for name in self._services.keys() - found.keys():
            self._tell(DEV, f"the service {name} is gone")
            del self._services[name]
            await self._running.end(name)
        for name in found.keys() - self._services.keys():
            self._start(name, found[name])
            found.pop(name)

        for name, folder in found.items():
            self._load_again(name, {one for one in paths if folder in one.parents})
        await self.publish(sorted(filter(self._folder.may_be_pipeline, paths)))

    def _start(self, name: str, folder: Path) -> None:
        ports = [service.port for service in self._services.values()]
        port = free_port(max(ports, default=self._stack.port) + 1)
        service = LocalService(
            name=name, folder=folder.resolve(), port=port, reloading=True
        )
        self._tell(DEV, f"there is a new service: {name}")
        self._services[name] = service
        self._running.start(service)

    def _load_again(self, name: str, changed: set[Path]) -> None:
        # With other requirements it needs a new process, not only its code.
        if any(path.name == REQUIREMENTS for path in changed):
            self._tell(name, "has other requirements, and starts again")
            self._running.restart(name)
            return

        code = {path for path in changed if path.suffix in CODE_SUFFIXES}
        if not code:
            return
        faults = [fault for path in sorted(code) for fault in _syntax_faults(path)]
        for fault in faults:
            self._tell(name, fault)
        if faults:
            self._tell(name, "keeps the code that it has")
        else:
            self._running.reload(name)

    async def publish(self, paths: Iterable[Path], *, warn: bool = True) -> None:
        """Publish pipelines whose files have changed; their faults are shown.

        `warn`: what only may keep them from working is shown too.
        """
        for path in paths:
            try:
                content = path.read_bytes()
            except OSError:
                self._tell(DEV, f"{path.name} is gone; its route stays as it was")
                self._published.pop(path, None)
                continue
            if self._published.get(path) != content:
                self._published[path] = content
                await self._publish(path.name, content, warn)

    async def _publish(self, name: str, content: bytes, warn: bool) -> None:
        url = f"{self._stack.url}/services"
        try:
            answer = await self._running.http.post(
                url, content=content, headers=JSON_HEADERS
            )
        except httpx.TransportError as error:
            self._tell(DEV, f"{name} is not published: {error}")
            return

        told = answer.json()
        if answer.is_success:
            self._tell(DEV, f"{name} is published: {told['route']}, {told['version']}")
            for warning in told["warnings"] if warn else ():
                self._tell(DEV, f"  warning: {fault_line(warning)}")
            return
        self._tell(DEV, f"{name} is not published: {told['detail']}")
        if len(told["errors"]) > 1:
            for fault in told["errors"]:
                self._tell(DEV, f"  {fault_line(fault)}")


def _syntax_faults(path: Path) -> Iterable[str]:
    """What keeps a file from being loaded, as far as that is seen without running it.

    The service goes on with the code that it has then.
    """
    if path.suffix != ".py":
        return
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{path.name}, line {line}" if line else path.name
        yield f"{place}: {getattr(error, 'msg', error)}"
    except OSError:
        # It was removed.
        return
