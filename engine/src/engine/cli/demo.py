"""`make demo`: the whole marketplace for half a minute, on two pictures."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from PIL import Image, ImageOps
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.cli.client import EngineClient
from engine.cli.drawing import chain
from engine.cli.fleet import Fleet, plan, sailing
from engine.cli.outputs import save
from engine.cli.progress import Progress
from engine.cli.running import start, watch
from engine.cli.trouble import Trouble
from engine.cli.up import stop_at_signals

PHOTO = Path("docs/pictures/astronaut.jpg")
FACE = (136, 0, 376, 300)  # where she is in the photo
# width, mirrored, left upper corner
PLACES = (
    (240, False, (20, 50)),
    (150, True, (280, 20)),
    (110, True, (300, 235)),
    (190, False, (450, 20)),
    (100, False, (495, 267)),
    (230, True, (660, 60)),
)
SHEET = (910, 400)
ROUTE = "face-blur"


def demo(folder: Path, services: Path, screen: Console) -> None:
    """Start everything, blur faces, say what happened, stop everything."""
    if not PHOTO.exists():
        raise Trouble(f"{PHOTO} is missing", "run this in the root of the repository")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="marketplace-") as data:
        fleet = plan(0, Path(data), services, ())
        try:
            asyncio.run(_demo(fleet, folder, screen))
        except asyncio.CancelledError:
            raise Trouble("stopped before the end; nothing is left running") from None


async def _demo(fleet: Fleet, folder: Path, screen: Console) -> None:
    stop_at_signals()
    log = folder / "demo.log"
    with log.open("w", encoding="utf-8", buffering=1) as lines:
        names = ", ".join(member.name for member in fleet.members)
        screen.print(
            f"Starting {len(fleet.members) + 1} processes: the engine, {names}.\n"
            f"[dim]Their lines go to {log}, their data to a temporary folder.[/]"
        )

        def tell(name: str, line: str) -> None:
            lines.write(f"{name} | {line}\n")

        try:
            async with sailing(fleet, tell) as voyage:
                await voyage.all_announced()
                await asyncio.to_thread(_show, fleet.url, folder, screen)
        except Trouble as trouble:
            last = log.read_text("utf-8").splitlines()[-20:]
            screen.print(escape("\n".join(last)), style="dim")
            raise trouble from None
    screen.print("\n[green]✓[/] All processes have ended.")
    screen.print(
        "[dim]Next: “make up” keeps the marketplace open; README.md says how to "
        "call it.[/]"
    )


def _show(url: str, folder: Path, screen: Console) -> None:
    collage = make_collage(folder / "collage" / "collage.jpg")
    photo = folder / "astronaut" / PHOTO.name
    photo.parent.mkdir(exist_ok=True)
    shutil.copyfile(PHOTO, photo)
    with EngineClient(url) as client:
        pipeline = client.get(f"/services/{ROUTE}")["pipeline"]
        screen.print(f"\nThe pipeline {ROUTE}:\n")
        screen.print(chain(pipeline), highlight=False)
        for picture in (photo, collage):
            screen.print(f"\n[bold]{picture}[/]", highlight=False)
            task, pipeline = start(client, ROUTE, [f"image=@{picture}"])
            watched = watch(client, task, pipeline, Console(quiet=True))
            screen.print(_times(client, task, watched))
            for path in save(client, task, picture.parent).files:
                screen.print(f"[green]✓[/] the result: [bold]{path}[/]")


def _times(client: EngineClient, task: str, watched: Progress) -> Table:
    """How long each node took, and how many faces there were."""
    runs = client.get(f"/tasks/{task}/raw")["runs"]
    number = len(runs["faces"]["output"]["answer"])
    watched.lines["faces"].note = "1 face" if number == 1 else f"{number} faces"
    return watched.table()


def make_collage(path: Path) -> Path:
    """Several faces in one picture: hers in other sizes, some of them mirrored."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = Image.new("RGB", SHEET, "#3b4252")
    with Image.open(PHOTO) as photo:
        face = photo.convert("RGB").crop(FACE)
    for width, mirrored, corner in PLACES:
        piece = ImageOps.contain(face, (width, width * 2))
        sheet.paste(ImageOps.mirror(piece) if mirrored else piece, corner)
    sheet.save(path, quality=92)
    return path
