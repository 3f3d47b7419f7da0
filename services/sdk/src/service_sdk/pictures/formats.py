"""The formats of pictures that services take and give."""

FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
"""The accepted media types, and what Pillow calls them."""

# A JPEG with more pictures behind it, in which they are listed. Telephones write it for
# photos: the first picture is the photo, the others are previews and depth maps.
PHOTO_WITH_MORE = "MPO"

MEDIA_TYPES = {name: media_type for media_type, name in FORMATS.items()}
MEDIA_TYPES[PHOTO_WITH_MORE] = "image/jpeg"
