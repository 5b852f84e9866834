"""A process that searches files for numbers, in whatever they are packed.

`python search_process.py FILE…`, the numbers as a JSON list on standard input, so that they stand in no command.
Prints a JSON list of [file, number, how it was written]. Looks into zips, into the streams of PDFs and at their text.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader

STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def written(number: str) -> Iterator[tuple[str, bytes]]:
    """How a number may stand in a file."""
    plain = number.encode()
    yield "utf-8", plain
    for encoding in ("utf-16-le", "utf-16-be"):
        yield encoding, number.encode(encoding)
    for case in (plain.hex(), plain.hex().upper()):
        yield "hex", case.encode()
    for before in range(3):
        # Of a longer text in Base64, from whichever of three places the number begins at: the characters that it
        # shares with its neighbours left out.
        whole = base64.b64encode(b"\0" * before + plain)
        start, end = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
        yield "base64", whole[start:end]


def contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file as it is, and what is packed in it."""
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from contents(f"{name}/{member}", archive.read(member))
    elif content.startswith(b"%PDF"):
        for number, stream in enumerate(STREAM.findall(content)):
            try:
                yield f"{name}/stream {number}", zlib.decompressobj().decompress(stream)
            except zlib.error:
                continue  # packed in another way, or not at all
        yield f"{name}/text", "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()


def main(files: list[str]) -> None:
    numbers = json.load(sys.stdin)
    wanted = [(number, how, needle) for number in numbers for how, needle in written(number)]
    found = {
        (where, number, how)
        for file in files
        for where, content in contents(file, Path(file).read_bytes())
        for number, how, needle in wanted
        if needle in content
    }
    json.dump(sorted(found), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
