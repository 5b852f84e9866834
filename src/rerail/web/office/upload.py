"""A form that carries a file (multipart/form-data, RFC 7578)."""

from __future__ import annotations

from typing import Final

from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from rerail.web.office.fields import Fields
from rerail.web.office.visit import AnyRequest

_UPLOAD: Final = "multipart/form-data"


def is_upload(request: AnyRequest) -> bool:
    """Whether the body is a form that can carry files."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _UPLOAD


async def uploaded(request: AnyRequest) -> Fields:
    """Its fields and files. What is no such form has no fields, and so no proof of its session."""
    try:
        form = await request.form()
    except HTTPException:
        return Fields()
    pairs: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
        else:
            pairs.append((name, str(value)))
    return Fields(pairs, files)
