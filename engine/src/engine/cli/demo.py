"""`make demo`: the whole marketplace for half a minute, on two pictures."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageOps
from rich.table import Table

from engine.cli.client import EngineClient
from engine.cli.drawing import chain
from engine.cli.outputs import save
from engine.cli.progress import Progress
from engine.cli.run import start, watch
from engine.cli.running_stack import running
from engine.cli.screen import Screen
from engine.cli.stack import Stack, choose_stack
from engine.cli.trouble import Trouble
from engine.cli.up import stop_at_signals

ROUTE = "face-blur"
PHOTO = Path("docs/pictures/astronaut.jpg")
SHOWN_LOG_LINES = 20
"""Of the log, when the demo fails."""

FACE_BOX = (136, 0, 376, 300)
"""Left, top, right and bottom of the face in the photo, in pixels."""
COLLAGE_SIZE = (910, 400)
COLLAGE_COLOUR = "#3b4252"
COLLAGE_FACES = (
    # width, mirrored, left upper corner
    (240, False, (20, 50)),
    (150, True, (280, 20)),
    (110, True, (300, 235)),
    (190, False, (450, 20)),
    (100, False, (495, 267)),
    (230, True, (660, 60)),
)
JPEG_QUALITY = 92


def demo(folder: Path, services: Path, screen: Screen, *, stay: bool = False) -> None:
    """Start everything, blur faces, say what happened, stop everything.

    With `stay` it goes on until Ctrl-C, and says at which address to look at it.
    """
    if not PHOTO.exists():
        raise Trouble(
            f"{PHOTO} is missing", "run this command in the root of the repository"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="marketplace-") as data:
        stack = choose_stack(port=0, data=Path(data), services=services)
        try:
            asyncio.run(_demo(stack, folder, screen, stay=stay))
        except asyncio.CancelledError:
            raise Trouble("stopped before the end; all processes have ended") from None


async def _demo(stack: Stack, folder: Path, screen: Screen, *, stay: bool) -> None:
    stop_at_signals()
    log = folder / "demo.log"
    names = ", ".join(service.name for service in stack.services)
    screen.print(f"Starting {len(stack.services) + 1} processes: the engine, {names}.")
    screen.print(
        f"Their lines go to {log}, their data to a temporary folder.", style="dim"
    )

    try:
        await _run_stack(stack, folder, log, screen, stay=stay)
    except Trouble as trouble:
        last = log.read_text("utf-8").splitlines()[-SHOWN_LOG_LINES:]
        screen.print("\n".join(last), style="dim")
        raise trouble from None

    screen.print()
    screen.confirm("All processes have ended.")
    screen.print(
        "Next: “make demo stay=1” leaves it open in a browser, “make up” keeps all "
        "tasks; README.md says how to call it.",
        style="dim",
    )


async def _run_stack(
    stack: Stack, folder: Path, log: Path, screen: Screen, *, stay: bool
) -> None:
    # Buffered by line, so that the last lines are there when the demo fails.
    with log.open("w", encoding="utf-8", buffering=1) as lines:

        def tell(name: str, line: str) -> None:
            lines.write(f"{name} | {line}\n")

        async with running(stack, tell) as running_stack:
            await running_stack.wait_for_services()
            await asyncio.to_thread(_show, stack.url, folder, screen)
            if stay:
                _invite(stack.url, screen)
                await _signal()


def _invite(url: str, screen: Screen) -> None:
    """Say where a browser finds the marketplace, and how it ends."""
    screen.print()
    screen.confirm(f"Open {url}/run/{ROUTE} in a browser: drop a photo, click Run.")
    screen.print("Ctrl-C ends it, and erases what was done in it.", style="dim")


async def _signal() -> None:
    """Wait for a signal to stop; it ends the wait, and nothing else."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


def _show(url: str, folder: Path, screen: Screen) -> None:
    """Draw the pipeline, then run it on both pictures."""
    collage = make_collage(folder / "collage" / "collage.jpg")
    photo = folder / "astronaut" / PHOTO.name
    photo.parent.mkdir(exist_ok=True)
    shutil.copyfile(PHOTO, photo)

    with EngineClient(url) as client:
        pipeline = client.get(f"/services/{ROUTE}")["pipeline"]
        screen.print(f"\nThe pipeline {ROUTE}:\n")
        screen.print(chain(pipeline), highlight=False)

        for picture in (photo, collage):
            _blur(client, picture, screen)


def _blur(client: EngineClient, picture: Path, screen: Screen) -> None:
    screen.print(f"\n{picture}", style="bold", highlight=False)
    task, pipeline = start(client, ROUTE, [f"image=@{picture}"])

    # The nodes are watched for their times, which the table shows in the end.
    progress = watch(client, task, pipeline, Screen(quiet=True))
    screen.print(_times(client, task, progress))

    for path in save(client, task, picture.parent).files:
        screen.confirm(f"the result: {path}")


def _times(client: EngineClient, task: str, progress: Progress) -> Table:
    """How long each node took, and how many faces there were."""
    runs = client.get(f"/tasks/{task}/raw")["runs"]
    number = len(runs["faces"]["output"]["answer"])
    progress.lines["faces"].note = "1 face" if number == 1 else f"{number} faces"
    return progress.table()


def make_collage(path: Path) -> Path:
    """Several faces in one picture: that of the photo in other sizes, some mirrored."""
    path.parent.mkdir(parents=True, exist_ok=True)
    collage = Image.new("RGB", COLLAGE_SIZE, COLLAGE_COLOUR)
    with Image.open(PHOTO) as photo:
        face = photo.convert("RGB").crop(FACE_BOX)

    for width, mirrored, corner in COLLAGE_FACES:
        # Twice as high as wide is higher than any face: only the width bounds it.
        piece = ImageOps.contain(face, (width, width * 2))
        if mirrored:
            piece = ImageOps.mirror(piece)
        collage.paste(piece, corner)

    collage.save(path, quality=JPEG_QUALITY)
    return path
