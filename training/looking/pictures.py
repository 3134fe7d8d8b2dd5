"""Pictures: counted before they are decoded, and made anew without anything beside their pixels."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from training.looking.refused import Refused

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
"""Pixels: what a screen or a page of a report shows; larger pictures are made smaller."""
JPEG_QUALITY = 85
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_WITH_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}
_HAVE_PROFILES = {"L", "RGB", "CMYK"}


def picture(source: BinaryIO, kind: str) -> bytes:
    """The picture in its own format: turned upright, in sRGB, the first frame alone. Raises ``Refused``."""
    if kind == "webp" and _webp_pixels(source.read(30)) > MOST_PIXELS:
        raise Refused("pixels")  # the library reserves memory for a WebP as soon as it opens it
    source.seek(0)
    Image.MAX_IMAGE_PIXELS = None  # they are counted here
    with Image.open(source, formats=[_FORMATS[kind]]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused("pixels")
        if kind == "jpg":  # decoded small where that is enough
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        small = _plain(image)
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        # The picture itself still has what says how it was held.
        turned = ImageOps.exif_transpose(_with_orientation(small, image))
        profile = image.info.get("icc_profile")
    shown = _in_srgb(turned, profile)
    # A new picture of the pixels alone: nothing that stood beside them comes along.
    bare = Image.new(shown.mode, shown.size)
    bare.paste(shown)
    out = io.BytesIO()
    more = {} if kind == "png" else {"quality": JPEG_QUALITY}
    bare.save(out, _FORMATS[kind], **more)
    return out.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller well."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in _HAVE_PROFILES else image.convert("RGB")


def _with_orientation(small: Image.Image, image: Image.Image) -> Image.Image:
    orientation = image.getexif().get(0x0112)
    if orientation:
        small.getexif()[0x0112] = orientation
    return small


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as the picture's profile means them, where it is sound; RGB, or RGBA."""
    if profile and image.mode in _HAVE_PROFILES:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = found if found is not None else image
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")


def _webp_pixels(head: bytes) -> int:
    """Width × height as the header of a WebP file says; 0 where it does not."""
    chunk = head[12:16]
    if chunk == b"VP8X":
        return (1 + int.from_bytes(head[24:27], "little")) * (1 + int.from_bytes(head[27:30], "little"))
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    if chunk == b"VP8 ":
        width, height = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
        return (width & 0x3FFF) * (height & 0x3FFF)
    return 0
