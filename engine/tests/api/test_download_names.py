"""The name of a downloaded file ends as its type says."""

import pytest
from engine.api.files import download_name


@pytest.mark.parametrize(
    ("name", "media_type", "offered"),
    [
        ("blurred", "image/png", "blurred.png"),
        ("blurred.jpg", "image/png", "blurred.png"),
        ("blurred.jpg", "image/jpeg", "blurred.jpg"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("scan.tif", "image/tiff", "scan.tif"),
        ("tone", "audio/wav", "tone.wav"),
        ("tone.wav", "audio/wav", "tone.wav"),
        ("page.html", "application/pdf", "page.pdf"),
        ("zones.0.image", "image/png", "zones.0.image.png"),
        ("table.csv", "text/plain", "table.csv"),
        ("data.json", "text/plain", "data.json"),
        ("photo.png", "text/plain", "photo.txt"),
        ("letter.docx", "application/zip", "letter.docx"),
        ("all.tar.gz", "application/gzip", "all.tar.gz"),
        ("x.jpg", "application/octet-stream", "x.jpg"),
        ("x.jpg", "model/unheard-of", "x.jpg"),
        (".png", "image/jpeg", ".png.jpg"),
        ("a/b\\c.png", "image/png", "c.png"),
        ("größe", "image/png", "größe.png"),
        ("", "image/png", "output.png"),
    ],
)
def test_a_name_ends_as_the_type_says(name: str, media_type: str, offered: str) -> None:
    assert download_name(name, media_type) == offered
