"""Takes the README's screenshots of the shipped line in its demo season: `make shots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
LINE = HERE.parent.parent / "lines" / "vladivostok-rason"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SERVE = [sys.executable, "-m", "rerail.cli.main", "serve", str(LINE), "--demo", "--port", "0"]

# File, path, width, height.
SHOTS = [
    ("home.png", "/en/", 1280, 860),
    ("phone.png", "/ko/", 390, 844),
    ("timetable.png", "/ru/timetable", 1280, 900),
    ("history.png", "/en/history", 1280, 900),
]


def main() -> None:
    """Serve the line with a fixed clock, and photograph it."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        server = subprocess.Popen(
            [*SERVE, "--db", f"sqlite:///{scratch}/shots.db"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "RERAIL_NOW": "2026-11-24T00:00:00Z", "PYTHONUNBUFFERED": "1"},
        )
        assert server.stdout is not None
        address = next(found[1] for line in server.stdout if (found := re.search(r"Serving .* at (http://\S+)", line)))
        try:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            for name, path, width, height in SHOTS:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(address + path)
                page.screenshot(path=HERE / name)
                page.close()
            browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
