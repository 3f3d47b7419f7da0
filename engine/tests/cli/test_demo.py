"""`make demo`: what a stranger sees first."""

import signal
from pathlib import Path

import httpx
from PIL import Image, ImageChops

from .conftest import family, lives, started


def test_the_demo_blurs_every_face_stays_open_and_ends(tmp_path: Path) -> None:
    arguments = ("demo", "--stay", "--output", str(tmp_path / "out"))
    with started(tmp_path / "log", *arguments) as demo:
        demo.says(r"Starting \d+ processes: the engine, .*face-detection,")
        demo.says("The pipeline face-blur")
        processes = family(demo.process.pid)

        address = demo.says(r"Open (http\S+)/run/face-blur in a browser")
        tasks = httpx.get(f"{address}/tasks").json()["items"]
        assert [task["status"] for task in tasks] == ["finished", "finished"]

        assert demo.ends(signal.SIGINT) == 0, demo.said

    assert "1 face" in demo.said
    assert "6 faces" in demo.said
    assert not any(map(lives, processes))
    for name in ("astronaut", "collage"):
        before = Image.open(tmp_path / "out" / name / f"{name}.jpg")
        after = Image.open(tmp_path / "out" / name / "blurred.jpg")
        with before, after:
            difference = ImageChops.difference(before, after.convert("RGB"))
            # Saving as JPEG changes colours a little everywhere; blurring, a lot.
            blurred = difference.convert("L").point(lambda value: 255 * (value > 40))
            assert blurred.getbbox()
