"""`rerail publish FOLDER --out DIR`: the feeds as files, for a server of files or a look at them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TextIO

from rerail.desk.current import Current
from rerail.publish.address import public_address
from rerail.publish.atom import notices_atom
from rerail.publish.gtfs.feed import gtfs_zip
from rerail.publish.ical import departures_ics
from rerail.publish.publication import Publication


class PublishError(Exception):
    """The feeds cannot be written where they were to go; the sentence says why and what to do."""


def run(current: Current, out_dir: Path, out: TextIO) -> int:
    """Write `gtfs.zip`, `notices.atom` and `departures.ics`, in the line's first language; say what each holds.

    Each file is complete or not there: it is written beside its place and moved. The site's public address is
    taken from `RERAIL_URL`. Raises `PublishError`, `AddressError`, `StoreError`.
    """
    site = public_address(os.environ)
    snapshot, today = current.snapshot(), current.now().date()
    publication = Publication(
        life=snapshot.life(today), today=today, versions=snapshot.versions, demo=snapshot.demo, site=site
    )
    language = snapshot.line.languages[0]
    feeds = {
        "gtfs.zip": gtfs_zip(publication),
        "notices.atom": notices_atom(publication, language),
        "departures.ics": departures_ics(publication, language),
    }
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for name, content in feeds.items():
            _replace(out_dir / name, content)
            print(f"{out_dir / name}: {len(content):,} bytes", file=out)
    except OSError as error:
        raise PublishError(
            f"Cannot write to {out_dir} ({error.strerror}); name a folder that can be written with --out."
        ) from None
    last = publication.until.fromordinal(publication.until.toordinal() - 1)
    print(f"Service dates {publication.since} to {last}, {publication.version}; links lead to {site}", file=out)
    if publication.demo:
        print("An illustrative season is in the journal: every feed says that it is a demonstration.", file=out)
    return 0


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
