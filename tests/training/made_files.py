"""Files to hand in: good ones of every kind, and those that somebody made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-" + b"FILE!$H+H*"
_MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
OFFICE = {
    "docx": (_MAIN.format("wordprocessingml.document"), "word/document.xml"),
    "xlsx": (_MAIN.format("spreadsheetml.sheet"), "xl/workbook.xml"),
    "pptx": (_MAIN.format("presentationml.presentation"), "ppt/presentation.xml"),
}
JAKARTA = {1: "S", 2: (6.0, 10.0, 30.0), 3: "E", 4: (106.0, 49.0, 37.0)}
"""Where a picture was taken, as cameras write it."""


def photo(width: int = 64, height: int = 48, *, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.save(out, kind, **more)
    return out.getvalue()


def photo_of_a_phone() -> bytes:
    """Lying on its side, with the place, the camera and a comment in it."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Kamera-Rahasia", 6
    exif.get_ifd(0x8825).update(JAKARTA)
    return photo(80, 40, exif=exif, comment=b"Komentar-Rahasia")


def noise(width: int, height: int, *, kind: str = "JPEG", **more: object) -> bytes:
    """What compresses badly: a large file."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def flood(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it has very many pixels, and has them."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    line = bytes(side // 8 + 1)
    body = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    head = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def office(kind: str = "docx", **parts: str | bytes) -> bytes:
    """A document with ``parts`` beside its own; names are paths, with ``__`` for a slash."""
    main, name = OFFICE[kind]
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{name}" ContentType="{main}"/></Types>'
    )
    found: dict[str, str | bytes] = {"[Content_Types].xml": types, name: "<document>Notulen</document>"}
    for path, text in parts.items():
        found[path.replace("__", "/")] = text
    return archive(found)


def archive(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


def relations(kind: str, target: str = "https://jahat.example/x") -> str:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships><Relationship Id="r1" Type="{schema}/{kind}" Target="{target}"'
        ' TargetMode="External"/></Relationships>'
    )


def pdf(text: str = "Notulen rapat") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, text)
    canvas.save()
    return out.getvalue()


def pdf_with(entry: str, *more: str) -> bytes:
    """A PDF whose catalogue has ``entry`` in it, its table of places right; ``more`` objects begin at 4."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {entry} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        *more,
    ]
    body, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    table += "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + (table + end).encode()
