"""Looks at what an engine needs on this machine, and says what is wrong."""

import platform
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.sandbox.launcher import REQUIRED, MissingWalls, launcher
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.walls import launch
from engine.adapters.upkeep.findings import Finding, Level
from engine.cli.data_folder import folder
from engine.cli.public_address import public_address
from engine.cli.running_engine import engine_at, health
from engine.cli.store_health import stores
from engine.domain.code import Scope
from engine.domain.errors import CodeFailed
from engine.program import version
from engine.settings import IN_A_FILE, BadSettings, Settings

if TYPE_CHECKING:
    from engine.cli.screen import Screen

OTHER_VARIABLES = frozenset(
    {"LOG_LEVEL", "LOG_FORMAT", "ENGINE_URL", "ENGINE_TOKEN", "SERVICE_URL"}
)
"""What commands and services read besides the settings."""

ALIKE = 0.8
"""As difflib measures it: MONGO_URI is meant to be MONGO_URL, HOSTNAME is not HOST."""

SANDBOX_PAGE = "docs/explanation/sandbox.md says what is needed"

REMEDIES = {
    launch.NO_NEW_PRIVILEGES: SANDBOX_PAGE,
    launch.LANDLOCK: "use Linux 5.13 or later that is started with Landlock, and a "
    "container whose seccomp profile allows landlock_create_ruleset",
    launch.SECCOMP: "use a kernel with seccomp filters on x86-64 or ARM64, and a "
    "container that allows them",
}


def doctor(
    environment: Mapping[str, str],
    *,
    data: Path | None,
    screen: "Screen",
) -> bool:
    """Show all findings; False if something is wrong."""
    return shown_all(examine(environment, data), screen)


def shown_all(findings: Iterable[Finding], screen: "Screen") -> bool:
    """Show them as they come; False if something is wrong."""
    wrong = 0
    for finding in findings:
        show(finding, screen)
        wrong += finding.level is Level.WRONG

    if wrong:
        screen.print(f"{wrong} to be put right: see the lines with ✗")
    return not wrong


def show(finding: Finding, screen: "Screen") -> None:
    """One finding, with what to do below it."""
    from rich.text import Text

    sign, style = finding.level.value
    screen.print(Text.assemble((sign, style), " ", finding.text))
    if finding.remedy:
        screen.print(Text.assemble(("  →", "dim"), " ", finding.remedy))


def examine(
    environment: Mapping[str, str],
    data: Path | None = None,
) -> Iterator[Finding]:
    """What there is to say; the folder of the data wins over the environment."""
    yield Finding(
        Level.TOLD,
        f"marketplace {version()}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}, {platform.machine()}",
    )

    given: dict[str, Any] = {} if data is None else {"data_dir": data}
    try:
        settings = Settings.from_environment(environment, **given)
    except BadSettings as error:
        # Everything else depends on them.
        yield Finding(
            Level.WRONG,
            f"the settings cannot be used: {error}",
            "docs/how-to/operate.md has all settings",
        )
        return

    yield Finding(Level.GOOD, "the settings can be used")
    yield from unknown_settings(environment)
    yield from folder(settings.data_dir)
    yield from stores(settings)
    yield address(settings)
    yield from public_address(settings)
    yield from engine_at(settings, environment)
    yield from sandbox(settings)


def unknown_settings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Variables that are no setting, but are written almost like one."""
    known = {name.upper() for name in Settings.model_fields} | OTHER_VARIABLES
    for name in sorted(environment):
        if name.removesuffix(IN_A_FILE) in known:
            continue
        meant = get_close_matches(name, known, n=1, cutoff=ALIKE)
        if meant:
            yield Finding(
                Level.WEAK,
                f"{name} is no setting, and changes nothing: did you mean {meant[0]}?",
                f"unset {name}; docs/how-to/operate.md has all settings",
            )


def address(settings: Settings) -> Finding:
    """Whether the port is free, or an engine answers there and has all it needs."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    place = f"port {settings.port} at {settings.host}"
    try:
        with socket.create_server((settings.host, settings.port), family=family):
            return Finding(Level.GOOD, f"{place} is free: no engine runs there")
    except OSError as error:
        reason = error.strerror

    said = health(settings)
    if not said:
        return Finding(
            Level.WRONG,
            f"{place} cannot be used, and no engine answers there: {reason}",
            "stop the program that uses it, or choose another port: PORT",
        )
    if said["missing"]:
        missing = "; ".join(f"{n}: {why}" for n, why in said["missing"].items())
        return Finding(
            Level.WRONG,
            f"the engine at {place} cannot reach its stores: {missing}",
            "start them, or correct their addresses: MONGO_URL, S3_URL, NATS_URL",
        )
    return Finding(Level.GOOD, f"an engine answers at {place}, its stores are there")


def sandbox(settings: Settings) -> Iterator[Finding]:
    """Whether code of authors runs, and behind which walls."""
    limits = SandboxLimits()
    scope = Scope("a", {"a": {"id": "a"}}, {}, frozenset())
    try:
        # Not entered: that would log what is shown here.
        evaluator = MontyEvaluator(limits, walls=settings.sandbox_walls)
        with closing(evaluator):
            evaluator.expression("1 + 1", scope)
    except MissingWalls as error:
        yield Finding(Level.WRONG, f"SANDBOX_WALLS: {error}")
        return
    except (CodeFailed, OSError) as error:
        yield Finding(
            Level.WRONG,
            f"code of authors does not run: {error}",
            "install the engine again: make install",
        )
        return

    found = launcher(limits, settings.sandbox_walls)
    if found.without_any:
        yield Finding(
            Level.WEAK,
            f"code of authors runs behind no wall of the kernel: {found.without_any}",
            SANDBOX_PAGE,
        )
        return

    standing = ", ".join(found.standing)
    yield Finding(Level.GOOD, f"code of authors runs, behind: {standing}")
    for name, why in found.missing.items():
        if name in REQUIRED:
            yield Finding(Level.WEAK, f"no wall “{name}”: {why}", REMEDIES[name])
        else:
            yield Finding(Level.TOLD, f"no wall “{name}”: {why}")
