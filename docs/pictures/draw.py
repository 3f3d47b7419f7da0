"""Draws pipeline.png: the pipeline face-blur between a picture and its result.

`make demo`, then `.venv/bin/python docs/pictures/draw.py`.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

HERE = Path(__file__).parent
BEFORE = HERE / "astronaut.jpg"
AFTER = HERE.parents[1] / "out" / "astronaut" / "blurred.jpg"
FINE = 2  # drawn larger, then reduced: smooth edges
WIDTH, HEIGHT, SIDE = 1600, 460, 320
INK, QUIET, PAPER = "#1f2937", "#6b7280", "#ffffff"
NODES = (
    ("photo", "entry", "#059669"),
    ("faces", "face-detect", "#2563eb"),
    ("blur", "image-blur", "#2563eb"),
    ("result", "end", "#7c3aed"),
)
BOX, HIGH, LEFT, TOP, STEP = 154, 92, 408, 214, 210


def scaled(*numbers: float) -> tuple[float, ...]:
    return tuple(number * FINE for number in numbers)


def write(
    draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, ink: str
) -> None:
    font = ImageFont.load_default(size * FINE)
    draw.text(scaled(x, y), text, ink, font, anchor="mm")


def arrow(draw: ImageDraw.ImageDraw, x1: float, x2: float, y: float) -> None:
    draw.line(scaled(x1, y, x2 - 8, y), INK, 3 * FINE)
    tip = scaled(x2, y), scaled(x2 - 13, y - 7), scaled(x2 - 13, y + 7)
    draw.polygon(tip, INK)


def node(draw: ImageDraw.ImageDraw, number: int) -> None:
    name, kind, colour = NODES[number]
    x = LEFT + number * STEP
    box = scaled(x, TOP, x + BOX, TOP + HIGH)
    draw.rounded_rectangle(box, 14 * FINE, "#f9fafb", colour, 3 * FINE)
    write(draw, x + BOX / 2, TOP + 34, name, 25, INK)
    write(draw, x + BOX / 2, TOP + 65, kind, 17, colour)
    if number:
        arrow(draw, x - STEP + BOX + 4, x - 4, TOP + HIGH / 2)


def data(draw: ImageDraw.ImageDraw) -> None:
    """What `blur` gets: the picture from the entry, the areas from the detector."""
    begin, end, high = LEFT + BOX / 2, LEFT + 2 * STEP + BOX / 2, TOP - 62
    for x in range(int(begin), int(end), 14):
        draw.line(scaled(x, high, min(x + 8, end), high), QUIET, 2 * FINE)
    for y in range(high, TOP - 8, 14):
        draw.line(scaled(begin, y, begin, min(y + 8, TOP - 8)), QUIET, 2 * FINE)
        draw.line(scaled(end, y, end, min(y + 8, TOP - 12)), QUIET, 2 * FINE)
    tip = scaled(end, TOP - 4), scaled(end - 6, TOP - 15), scaled(end + 6, TOP - 15)
    draw.polygon(tip, QUIET)
    write(draw, (begin + end) / 2, high - 16, "the picture, by reference", 17, QUIET)
    below = TOP + HIGH / 2 + 18
    write(draw, LEFT + 1.5 * STEP + BOX / 2, below, "areas", 15, QUIET)


def main() -> None:
    sheet = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    draw = ImageDraw.Draw(sheet)
    for path, x, label in (
        (BEFORE, 40, "a picture goes in"),
        (AFTER, WIDTH - 40 - SIDE, "every face is blurred"),
    ):
        with Image.open(path) as picture:
            thumbnail = ImageOps.fit(picture, (SIDE * FINE, SIDE * FINE))
        sheet.paste(thumbnail, (x * FINE, 50 * FINE))
        write(draw, x + SIDE / 2, 50 + SIDE + 28, label, 19, QUIET)
    arrow(draw, 40 + SIDE + 8, LEFT - 4, TOP + HIGH / 2)
    arrow(draw, LEFT + 3 * STEP + BOX + 4, WIDTH - SIDE - 48, TOP + HIGH / 2)
    for number in range(len(NODES)):
        node(draw, number)
    data(draw)
    sheet = sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    sheet.quantize(256).save(HERE / "pipeline.png", optimize=True)


if __name__ == "__main__":
    main()
