"""The log: one JSON object per line on standard error, with nothing in it that names a person."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import structlog


def web_log() -> Any:
    """A logger of its own, configured here: nothing global is touched, and no library's settings reach it."""
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        room="web",
    )


def where(error: BaseException) -> list[str]:
    """The frames of an error as "file:line function", innermost last.

    Neither its message nor its locals: both can hold what a passenger typed.
    """
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
