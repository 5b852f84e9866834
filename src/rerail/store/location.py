"""Where the data is when nobody says: `RERAIL_DB`, else a file per line in the user's data folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from rerail.store.engine import StoreError


def data_folder() -> Path:
    """The folder of this user's databases."""
    return platformdirs.user_data_path("rerail", appauthor=False)


def url_for_line(line_id: str, given: str | None, environ: Mapping[str, str]) -> str:
    """The database URL of a line: as given, else `RERAIL_DB`, else `<user data dir>/rerail/<line id>.db`."""
    return given or environ.get("RERAIL_DB") or f"sqlite:///{data_folder() / f'{line_id}.db'}"


def keys_file(line_id: str, environ: Mapping[str, str]) -> Path:
    """The file of keys that seal a line's documents.

    `RERAIL_KEYS`, else `<user config dir>/rerail/<line id>.keys.json`.

    Not in the data folder: whoever copies the databases does not copy the keys along.
    """
    given = environ.get("RERAIL_KEYS")
    return Path(given) if given else platformdirs.user_config_path("rerail", appauthor=False) / f"{line_id}.keys.json"


def lists_folder(line_id: str, environ: Mapping[str, str]) -> Path:
    """The folder with a folder for each authority: `RERAIL_LISTS`, else `<user data dir>/rerail/<line id>.lists`."""
    given = environ.get("RERAIL_LISTS")
    return Path(given) if given else data_folder() / f"{line_id}.lists"


def url_without_line(given: str | None, environ: Mapping[str, str]) -> str:
    """The database URL for an act that names no folder: as given, else `RERAIL_DB`, else the only one there is.

    Raises `StoreError` if there is none, or more than one.
    """
    chosen = given or environ.get("RERAIL_DB")
    if chosen:
        return chosen
    files = sorted(data_folder().glob("*.db"))
    if len(files) == 1:
        return f"sqlite:///{files[0]}"
    if not files:
        raise StoreError(
            f"There is no database in {data_folder()}; start a line once with rerail serve FOLDER, "
            "or name a database with --db."
        )
    names = ", ".join(file.stem for file in files)
    raise StoreError(f"There are databases of several lines ({names}); say which with --db sqlite:///FILE.")
