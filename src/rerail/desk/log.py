"""The desk's log: one JSON object per line on standard error, naming no person."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import structlog

from rerail.border.errors import KeyringError


def log_failed(what: str, error: BaseException, **about: str) -> None:
    """Say what went wrong where nobody waits for an answer, by type and place: an error's words may name a person."""
    log: Any = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        room="desk",
    )
    if isinstance(error, KeyringError):
        about["why"] = str(error)  # it names a file and no person, and is said nowhere else
    log.error(
        what,
        type=type(error).__name__,
        frames=[f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)],
        **about,
    )
