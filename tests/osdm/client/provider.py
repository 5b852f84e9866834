"""A provider as whoever tries it has it: one command on an empty database, and a client made by another."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from osdm.client.machine import Machine

RERAIL = (sys.executable, "-m", "rerail.cli.main")
SHIPPED = Path(__file__).parent.parent.parent.parent / "lines" / "vladivostok-rason"


class Provider:
    """A running one."""

    def __init__(self, address: str, database: str) -> None:
        self.address = address
        self.database = database

    def client(self, name: str, *options: str) -> tuple[str, str]:
        """The id and the secret of a new client."""
        command = [*RERAIL, "client", "add", name, "--db", self.database, "--json", *options]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        said = json.loads(printed)
        return said["client_id"], said["client_secret"]

    def machine(self, name: str, *options: str) -> Machine:
        """The machine of a new client."""
        return Machine(self.address, *self.client(name, *options))


@contextmanager
def started(folder: Path) -> Iterator[Provider]:
    """`rerail serve … --demo` on a database that is not there yet."""
    database = f"sqlite:///{folder / 'rerail.db'}"
    command = [*RERAIL, "serve", str(SHIPPED), "--demo", "--db", database, "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout is not None
    printed: list[str] = []
    try:
        for line in process.stdout:
            printed.append(line)
            if found := re.search(r"Serving .* at (http://\S+)", line):
                break
        else:
            raise AssertionError("".join(printed))
        yield Provider(found[1], database)
    finally:
        process.terminate()
        process.wait(timeout=15)
        process.stdout.close()
