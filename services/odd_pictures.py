"""One photo in every kind of pixels and files, for the tests of all services.

Pillow writes few of them, so TIFF and PNG are written here, byte by byte.
"""

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as pillow
from PIL.Image import Image as Picture
from PIL.TiffImagePlugin import ImageFileDirectory_v2

Values = NDArray[Any]

# Tags of TIFF.
SUBFILE = 254
WIDTH = 256
HEIGHT = 257
BITS = 258
COMPRESSION = 259
PHOTOMETRIC = 262
OFFSETS = 273
SAMPLES = 277
ROWS = 278
SIZES = 279
PLANES = 284
EXTRA = 338
FORMAT = 339

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
FORMATS = {"u": 1, "i": 2, "f": 3}  # as numpy names the kinds of numbers
SEPARATE = 2
OPAQUE = 65_535

GREY_PNG, RGB_PNG, GREY_ALPHA_PNG, RGBA_PNG = 0, 2, 4, 6


def tiff(values: Values, photometric: int = BLACK_IS_ZERO, **tags: Any) -> bytes:
    """A TIFF of these numbers: height x width, or height x width x channels.

    In the order of bytes of their type; with `planes` each channel by itself.
    """
    is_big = values.dtype.byteorder == ">"
    planes = tags.pop("planes", False)
    subfile = tags.pop("subfile", 0)
    bits = tags.pop("bits", values.itemsize * 8)
    content = tags.pop("content", None) or values.tobytes()
    height, width, *rest = values.shape
    channels = rest[0] if rest else 1

    directory = ImageFileDirectory_v2(b"MM\0*\0\0\0\0" if is_big else b"II*\0\0\0\0\0")
    directory[WIDTH], directory[HEIGHT], directory[ROWS] = width, height, height
    directory[BITS] = (bits,) * channels
    directory[COMPRESSION], directory[PHOTOMETRIC] = 1, photometric
    directory[SAMPLES] = channels
    directory[FORMAT] = (FORMATS[values.dtype.kind],) * channels
    if subfile:
        directory[SUBFILE] = subfile
    if channels in (2, 4):
        directory[EXTRA] = (2,)
    if planes:
        content = np.moveaxis(values, 2, 0).tobytes()
        directory[PLANES] = SEPARATE

    strips = channels if planes else 1
    size = len(content) // strips
    directory[SIZES] = (size,) * strips
    # They are moved to behind the directory when it is written.
    directory[OFFSETS] = tuple(size * strip for strip in range(strips))

    order = ">" if is_big else "<"
    start = (b"MM" if is_big else b"II") + struct.pack(order + "HL", 42, 8)
    return start + directory.tobytes(8) + content


def png(
    values: Values,
    kind: int,
    *chunks: tuple[bytes, bytes],
    bits: int = 0,
    width: int = 0,
    behind: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    """A PNG of these numbers; the chunks come before the pixels, or behind them.

    With `bits` and `width` the numbers are bytes into which pixels are packed.
    """
    height = len(values)
    width = width or values.shape[1]
    depth = bits or values.itemsize * 8
    rows = values.astype(values.dtype.newbyteorder(">")).reshape(height, -1)
    pixels = b"".join(b"\0" + row.tobytes() for row in rows)

    header = struct.pack(">LLBBBBB", width, height, depth, kind, 0, 0, 0)
    all_chunks = [
        (b"IHDR", header),
        *chunks,
        (b"IDAT", zlib.compress(pixels, 1)),
        *behind,
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, all_chunks))


def _chunk(of: tuple[bytes, bytes]) -> bytes:
    name, content = of
    checked = name + content
    return (
        struct.pack(">L", len(content))
        + checked
        + struct.pack(">L", zlib.crc32(checked))
    )


def written(picture: Picture, name: str, **how: Any) -> bytes:
    """The file that Pillow makes of it."""
    stream = io.BytesIO()
    picture.save(stream, name, **how)
    return stream.getvalue()


def packed_12_bits(values: Values) -> bytes:
    """Two values in three bytes."""
    one, other = values[:, ::2].astype(int), values[:, 1::2].astype(int)
    triples = [one >> 4, (one & 15) << 4 | other >> 8, other & 255]
    return np.stack(triples, axis=-1).astype(np.uint8).tobytes()


def _grey(photo: Picture) -> Values:
    return np.asarray(photo.convert("L"))


def _colours(photo: Picture) -> Values:
    return np.asarray(photo.convert("RGB"))


def _twelve(photo: Picture) -> Values:
    grey = _grey(photo).astype(np.uint16)
    return grey << 4 | grey >> 4


def _with_opaque(values: Values) -> Values:
    whole = values if values.ndim == 3 else values[..., None]
    return np.dstack([whole, np.full(whole.shape[:2], OPAQUE, np.uint16)])


def _with_nan(photo: Picture) -> Values:
    shades = _grey(photo).astype(np.float32)
    shades[0, :2] = np.nan, np.inf
    return shades


GREY_KINDS: dict[str, Callable[[Picture], bytes]] = {
    "16 bit PNG": lambda p: png(_grey(p).astype(np.uint16) * 257, GREY_PNG),
    "12 bit in a 16 bit PNG": lambda p: png(_twelve(p), GREY_PNG),
    "10 bit in a 16 bit PNG": lambda p: png(_grey(p).astype(np.uint16) << 2, GREY_PNG),
    "8 bit in a 16 bit PNG": lambda p: png(_grey(p).astype(np.uint16), GREY_PNG),
    "16 bit PNG, grey and alpha": lambda p: png(
        _with_opaque(_grey(p).astype(np.uint16) * 257), GREY_ALPHA_PNG
    ),
    "12 bit in a 16 bit PNG, grey and alpha": lambda p: png(
        _with_opaque(_twelve(p)), GREY_ALPHA_PNG
    ),
    "16 bit TIFF": lambda p: tiff(_grey(p).astype("<u2") * 257),
    "16 bit TIFF, big endian": lambda p: tiff(
        (_grey(p).astype("u2") * 257).astype(">u2")
    ),
    "16 bit TIFF, LZW": lambda p: written(
        pillow.fromarray(_grey(p).astype(np.uint16) * 257),
        "TIFF",
        compression="tiff_lzw",
    ),
    "16 bit TIFF, white is zero": lambda p: tiff(
        OPAQUE - _grey(p).astype("<u2") * 257, WHITE_IS_ZERO
    ),
    "12 bit TIFF": lambda p: tiff(
        _twelve(p), bits=12, content=packed_12_bits(_twelve(p))
    ),
    "16 bit TIFF, signed": lambda p: tiff(
        (_grey(p).astype(int) * 257 - 32768).astype("<i2")
    ),
    "16 bit TIFF, signed, big endian": lambda p: tiff(
        (_grey(p).astype(int) * 257 - 32768).astype(">i2")
    ),
    "15 bit TIFF, signed": lambda p: tiff((_grey(p).astype(int) * 128.5).astype("<i2")),
    "8 bit TIFF, signed": lambda p: tiff((_grey(p).astype(int) - 128).astype("i1")),
    "8 bit in a 32 bit TIFF": lambda p: tiff(_grey(p).astype("<i4")),
    "16 bit in a 32 bit TIFF": lambda p: tiff(_grey(p).astype("<i4") * 257),
    "32 bit TIFF": lambda p: tiff(_grey(p).astype("<u4") * 0x1010101),
    "32 bit TIFF, signed": lambda p: tiff(_grey(p).astype("<i4") * 0x808080),
    "32 bit TIFF, with negative values": lambda p: tiff(
        ((_grey(p).astype(np.int64) - 128) << 24).astype("<i4")
    ),
    "float TIFF, 0 to 1": lambda p: tiff((_grey(p) / 255).astype("<f4")),
    "float TIFF, 0 to 1, big endian": lambda p: tiff((_grey(p) / 255).astype(">f4")),
    "float TIFF, 0 to 1.02": lambda p: tiff((_grey(p) / 250).astype("<f4")),
    "float TIFF, 0 to 255": lambda p: tiff(_grey(p).astype("<f4")),
    "float TIFF, 0 to 65535": lambda p: tiff(_grey(p).astype("<f4") * 257),
    "float TIFF, 0 to 300000": lambda p: tiff(_grey(p).astype("<f4") * 1200),
    "float TIFF, -1 to 1": lambda p: tiff((_grey(p) / 127.5 - 1).astype("<f4")),
    "float TIFF, NaN and infinity": lambda p: tiff(_with_nan(p)),
    "float TIFF, white is zero": lambda p: tiff(
        (1 - _grey(p) / 255).astype("<f4"), WHITE_IS_ZERO
    ),
    "PNG, grey and alpha": lambda p: written(p.convert("LA"), "PNG"),
}
"""Each is the photo in grey, which 8 bits hold with a difference of few shades."""

COLOUR_KINDS: dict[str, Callable[[Picture], bytes]] = {
    "16 bit RGB PNG": lambda p: png(_colours(p).astype(np.uint16) * 257, RGB_PNG),
    "8 bit in a 16 bit RGB PNG": lambda p: png(_colours(p).astype(np.uint16), RGB_PNG),
    "12 bit in a 16 bit RGB PNG": lambda p: png(
        _colours(p).astype(np.uint16) << 4, RGB_PNG
    ),
    "16 bit RGBA PNG": lambda p: png(
        _with_opaque(_colours(p).astype(np.uint16) * 257), RGBA_PNG
    ),
    "8 bit in a 16 bit RGBA PNG": lambda p: png(
        _with_opaque(_colours(p).astype(np.uint16)), RGBA_PNG
    ),
    "16 bit RGB TIFF": lambda p: tiff(_colours(p).astype("<u2") * 257, RGB),
    "16 bit RGB TIFF, big endian": lambda p: tiff(
        (_colours(p).astype("u2") * 257).astype(">u2"), RGB
    ),
    "16 bit RGB TIFF, planes": lambda p: tiff(
        _colours(p).astype("<u2") * 257, RGB, planes=True
    ),
    "8 bit in a 16 bit RGB TIFF": lambda p: tiff(_colours(p).astype("<u2"), RGB),
    "8 bit in a 16 bit RGB TIFF, planes": lambda p: tiff(
        _colours(p).astype("<u2"), RGB, planes=True
    ),
    "8 bit in a 16 bit RGBA TIFF": lambda p: tiff(
        _with_opaque(_colours(p).astype("<u2")), RGB
    ),
    "RGB TIFF, planes": lambda p: tiff(_colours(p), RGB, planes=True),
    "RGBA PNG": lambda p: written(p.convert("RGBA"), "PNG"),
    "RGBA WebP": lambda p: written(p.convert("RGBA"), "WEBP", lossless=True),
    "palette and alpha TIFF": lambda p: written(p.quantize(256).convert("PA"), "TIFF"),
    "palette PNG": lambda p: written(p.quantize(256), "PNG"),
    "palette PNG with transparency": lambda p: written(
        p.quantize(255), "PNG", transparency=bytes([255] * 254 + [254])
    ),
    "GIF": lambda p: written(p.quantize(256), "GIF"),
    "CMYK JPEG": lambda p: written(p.convert("CMYK"), "JPEG", quality=95),
    "CMYK TIFF": lambda p: written(p.convert("CMYK"), "TIFF"),
    "YCbCr TIFF": lambda p: written(p.convert("YCbCr"), "TIFF"),
    "LAB TIFF": lambda p: written(_lab(p), "TIFF"),
    "JPEG in TIFF": lambda p: written(p, "TIFF", compression="jpeg", quality=95),
    "progressive JPEG": lambda p: written(p, "JPEG", quality=95, progressive=True),
    "BMP": lambda p: written(p, "BMP"),
    "BMP with alpha": lambda p: written(p.convert("RGBA"), "BMP"),
    "MPO": lambda p: written(
        p, "MPO", save_all=True, append_images=[p.resize((64, 64))], quality=95
    ),
}
"""Each is the photo in colour, some with the losses of their format."""


def _lab(photo: Picture) -> Picture:
    from PIL import ImageCms

    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    made = ImageCms.profileToProfile(photo.convert("RGB"), srgb, lab, outputMode="LAB")
    assert made is not None
    return made


Maker = Callable[[Sequence[Picture]], bytes]


def _several(name: str, **how: Any) -> Maker:
    def make(frames: Sequence[Picture]) -> bytes:
        first, *others = frames
        return written(first, name, save_all=True, append_images=others, **how)

    return make


SEVERAL: dict[str, Maker] = {
    "GIF": _several("GIF"),
    "APNG": _several("PNG"),
    "APNG with a default picture": _several("PNG", default_image=True),
    "WebP": _several("WEBP"),
    "TIFF": _several("TIFF"),
}
"""Files of several pictures."""
