"""`GET /versions`."""

from __future__ import annotations

from typing import Any, Final

from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.types_common import ApiVersion

VERSION: Final = "3.9.0"


def versions(_call: Call[Any]) -> tuple[ApiVersion, ...]:
    """The version that is implemented."""
    return (ApiVersion(version=VERSION),)


DONE: Final[tuple[Done, ...]] = (Read("getVersions", versions, tuple[ApiVersion, ...], threaded=False),)
