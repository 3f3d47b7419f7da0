"""Draws pipeline.png: the pipeline face-blur between a picture and its result.

Run `make demo`, then `.venv/bin/python docs/pictures/draw.py`.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

HERE = Path(__file__).parent
BEFORE = HERE / "astronaut.jpg"
AFTER = HERE.parents[1] / "out" / "astronaut" / "blurred.jpg"
RESULT = HERE / "pipeline.png"

# All lengths below are pixels of the result. It is drawn larger by this factor, and
# then reduced, so that its edges are smooth.
SCALE = 2
PALETTE_COLOURS = 256  # a palette keeps the file small

INK = "#1f2937"
QUIET = "#6b7280"
PAPER = "#ffffff"
NODE_FILL = "#f9fafb"
ENTRY = "#059669"
SERVICE = "#2563eb"
END = "#7c3aed"

NODES = (
    ("photo", "entry", ENTRY),
    ("faces", "face-detect", SERVICE),
    ("blur", "image-blur", SERVICE),
    ("result", "end", END),
)

SHEET_WIDTH = 1600
SHEET_HEIGHT = 460

PHOTO_SIDE = 320
PHOTO_TOP = 50
PHOTO_MARGIN = 40
PHOTO_LABEL_BELOW = 28

NODE_WIDTH = 154
NODE_HEIGHT = 92
NODE_RADIUS = 14
NODE_TOP = 214
FIRST_NODE_LEFT = 408
NODE_STEP = 210  # from one left edge to the next
NAME_BELOW_TOP = 34
KIND_BELOW_TOP = 65

NAME_SIZE = 25
LABEL_SIZE = 19
SMALL_SIZE = 17
TINY_SIZE = 15

LINE_WIDTH = 3
DASH_WIDTH = 2
DASH_LENGTH = 8
DASH_STEP = 14
ARROW_GAP = 4  # between an arrow and the box that it leads to, or comes from
PHOTO_GAP = 8  # the same for a photo

ARROW_MIDDLE = NODE_TOP + NODE_HEIGHT / 2
REFERENCE_ABOVE = 62  # from the top of the nodes to the dashed line


def main() -> None:
    size = (SHEET_WIDTH * SCALE, SHEET_HEIGHT * SCALE)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)

    right_photo = SHEET_WIDTH - PHOTO_MARGIN - PHOTO_SIDE
    paste_photo(sheet, BEFORE, PHOTO_MARGIN, "a picture goes in")
    paste_photo(sheet, AFTER, right_photo, "every face is blurred")

    last_node_right = node_left(len(NODES) - 1) + NODE_WIDTH
    left_photo_right = PHOTO_MARGIN + PHOTO_SIDE
    arrow(draw, left_photo_right + PHOTO_GAP, FIRST_NODE_LEFT - ARROW_GAP)
    arrow(draw, last_node_right + ARROW_GAP, right_photo - PHOTO_GAP)

    for number in range(len(NODES)):
        node(draw, number)
    reference(draw)

    reduced = sheet.resize((SHEET_WIDTH, SHEET_HEIGHT), Image.Resampling.LANCZOS)
    reduced.quantize(PALETTE_COLOURS).save(RESULT, optimize=True)


def paste_photo(sheet: Image.Image, path: Path, left: int, label: str) -> None:
    side = PHOTO_SIDE * SCALE
    with Image.open(path) as picture:
        photo = ImageOps.fit(picture, (side, side))
    sheet.paste(photo, (left * SCALE, PHOTO_TOP * SCALE))

    middle = left + PHOTO_SIDE / 2
    below = PHOTO_TOP + PHOTO_SIDE + PHOTO_LABEL_BELOW
    write(ImageDraw.Draw(sheet), (middle, below), label, size=LABEL_SIZE, ink=QUIET)


def node(draw: ImageDraw.ImageDraw, number: int) -> None:
    """A box with its name and its kind, and the arrow from the box before it."""
    name, kind, colour = NODES[number]
    left = node_left(number)
    middle = left + NODE_WIDTH / 2

    box = scaled(left, NODE_TOP, left + NODE_WIDTH, NODE_TOP + NODE_HEIGHT)
    draw.rounded_rectangle(
        box,
        NODE_RADIUS * SCALE,
        fill=NODE_FILL,
        outline=colour,
        width=LINE_WIDTH * SCALE,
    )
    write(draw, (middle, NODE_TOP + NAME_BELOW_TOP), name, size=NAME_SIZE, ink=INK)
    write(draw, (middle, NODE_TOP + KIND_BELOW_TOP), kind, size=SMALL_SIZE, ink=colour)

    if number:
        right_of_previous = node_left(number - 1) + NODE_WIDTH
        arrow(draw, right_of_previous + ARROW_GAP, left - ARROW_GAP)


def reference(draw: ImageDraw.ImageDraw) -> None:
    """What `blur` gets: the picture from the entry, the areas from the detector."""
    begin = int(node_left(0) + NODE_WIDTH / 2)
    end = int(node_left(2) + NODE_WIDTH / 2)
    height = NODE_TOP - REFERENCE_ABOVE

    for x in range(begin, end, DASH_STEP):
        dash(draw, (x, height), (min(x + DASH_LENGTH, end), height))
    for y in range(height, NODE_TOP - 8, DASH_STEP):
        dash(draw, (begin, y), (begin, min(y + DASH_LENGTH, NODE_TOP - 8)))
        dash(draw, (end, y), (end, min(y + DASH_LENGTH, NODE_TOP - 12)))

    tip = NODE_TOP - ARROW_GAP
    draw.polygon(
        (scaled(end, tip), scaled(end - 6, tip - 11), scaled(end + 6, tip - 11)),
        QUIET,
    )

    above_line = ((begin + end) / 2, height - 16)
    write(draw, above_line, "the picture, by reference", size=SMALL_SIZE, ink=QUIET)
    below_arrow = (node_left(1.5) + NODE_WIDTH / 2, ARROW_MIDDLE + 18)
    write(draw, below_arrow, "areas", size=TINY_SIZE, ink=QUIET)


def arrow(draw: ImageDraw.ImageDraw, begin: float, end: float) -> None:
    """From left to right, at the middle of the nodes."""
    y = ARROW_MIDDLE
    draw.line(scaled(begin, y, end - 8, y), INK, LINE_WIDTH * SCALE)

    tip = (scaled(end, y), scaled(end - 13, y - 7), scaled(end - 13, y + 7))
    draw.polygon(tip, INK)


def dash(
    draw: ImageDraw.ImageDraw, begin: tuple[float, float], end: tuple[float, float]
) -> None:
    draw.line(scaled(*begin, *end), QUIET, DASH_WIDTH * SCALE)


def write(
    draw: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    text: str,
    *,
    size: int,
    ink: str,
) -> None:
    font = ImageFont.load_default(size * SCALE)
    draw.text(scaled(*middle), text, ink, font, anchor="mm")


def node_left(number: float) -> float:
    """The left edge of a node; between two nodes if the number is not whole."""
    return FIRST_NODE_LEFT + number * NODE_STEP


def scaled(*lengths: float) -> tuple[float, ...]:
    return tuple(length * SCALE for length in lengths)


if __name__ == "__main__":
    main()
