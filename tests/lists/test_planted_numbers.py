"""Numbers of documents are planted, and searched for from another process wherever they must not be.

Each search has its counterpart: where they must be, and where somebody put them in plain, they are found.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import msgspec
import psycopg
from booking.papers import zone
from office.visitor import Page, Visitor
from sale.shop import OUT, adult
from sqlalchemy import text

from lists.border_shop import CLOSED, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_handing_over import cusres
from rerail.border.paxlst import control_reference
from rerail.desk.people import add_user
from rerail.desk.tickets import ensure_key, signed_tickets
from rerail.sale.model import Booking
from rerail.ticket.barcode import decoded
from rerail.ticket.pdf import pdf

PASSPORT, VISA, VOUCHER = "731904562", "VK8830417", "WX5512098"
TYPED, MISTYPED, ANSWERED = "QZ9046173", "QZ9046999", "RT4471905"
PLANTED: Final = (PASSPORT, VISA, VOUCHER, TYPED, MISTYPED, ANSWERED)

RERAIL: Final = (sys.executable, "-m", "rerail.cli.main")
PASSWORD: Final = "correct horse battery staple"
ASKS: Final = '"expires", "nationality", "birth_date", "sex"]\nformats = ["paxlst"'


def found(*files: Path) -> dict[str, set[str]]:
    """Where each number is found: {number: {how it is written}}."""
    process = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("search_process.py")), *map(str, files)],
        input=json.dumps(PLANTED),
        capture_output=True,
        text=True,
        check=True,
    )
    where: dict[str, set[str]] = {}
    for file, number, how in json.loads(process.stdout):
        where.setdefault(number, set()).add(f"{how} in {file}")
    return where


def planted(shop: BorderShop) -> Booking:
    """A passenger whose passport, visa and voucher the Russian control asks for."""
    shop.edition(("border.toml", ASKS, ASKS.replace('"sex"]', '"sex", "visa_number", "voucher_number"]')))
    booking = shop.buy(OUT, passengers=[adult("Щербакова", "Юлия")])
    document = msgspec.structs.replace(passport(PASSPORT), visas={"ksr": VISA}, vouchers={"ksr": VOUCHER})
    shop.papers(booking, document)
    return booking


def at_the_deadline(shop: BorderShop) -> Path:
    """The clock stands where lists close, and the Russian control answers at once: its answer names a passport too.

    Returns where the answer lies once it was read.
    """
    shop.clock.turn(CLOSED)
    message = cusres(control_reference(RUSSIAN, 1), accepted=False, text=f"PASSPORT {ANSWERED} UNKNOWN")
    inbox = shop.home / "lists" / "russian-border-control" / "receipts"
    inbox.mkdir(parents=True)
    (inbox / "a.edi").write_bytes(message)
    return inbox / "read" / "a.edi"


def run(shop: BorderShop, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*RERAIL, *arguments], env=environment(shop), capture_output=True, check=True)


def url(shop: BorderShop) -> str:
    return shop.store.url.render_as_string(hide_password=False)


def environment(shop: BorderShop) -> dict[str, str]:
    return {
        **os.environ,
        "RERAIL_KEYS": str(shop.home / "keys.json"),
        "RERAIL_LISTS": str(shop.home / "lists"),
        "RERAIL_NOW": shop.clock.now().isoformat(),
        "PYTHONUNBUFFERED": "1",
    }


# ── the search finds what is there ────────────────────────────────────────────────────────────────────────────


def test_the_search_sees_a_number_however_it_is_written(tmp_path: Path) -> None:
    as_written = {
        "utf-8": PASSPORT.encode(),
        "utf-16-le": PASSPORT.encode("utf-16-le"),
        "utf-16-be": PASSPORT.encode("utf-16-be"),
        "hex": PASSPORT.encode().hex().upper().encode(),
        **{f"base64 {before}": base64.b64encode(b"x" * before + PASSPORT.encode() + b"yz") for before in range(3)},
    }
    for how, content in as_written.items():
        (tmp_path / how).write_bytes(b"\x00\xff" + content + b"\n")
    seen = found(*tmp_path.iterdir())[PASSPORT]
    assert seen == {f"{how.split()[0]} in {tmp_path / how}" for how in as_written}


# ── the database, its log and its backups ─────────────────────────────────────────────────────────────────────


def test_in_the_database_its_log_its_dump_and_its_backup_no_number_can_be_read(shop: BorderShop) -> None:
    planted(shop)
    answer = at_the_deadline(shop)
    shop.round()
    assert answer.exists()
    lists = sorted((shop.home / "lists").rglob("*.*"))
    there = found(*(one for one in lists if one.is_file()))
    assert there.keys() == {PASSPORT, VISA, VOUCHER, ANSWERED}, "the authority has them, so the search would see them"
    assert any(".pdf/text" in one for one in there[PASSPORT]), "in print too"
    assert found(*raw(shop), backup(shop, "sealed")) == {}
    with shop.store.write() as connection:
        connection.execute(text("CREATE TABLE careless (id INTEGER PRIMARY KEY, note TEXT)"))
        connection.execute(text("INSERT INTO careless VALUES (1, :number)"), {"number": PASSPORT})
    for files in (raw(shop), [backup(shop, "careless")]):
        assert found(*files).keys() == {PASSPORT}, "one that somebody wrote in plain is found"


def raw(shop: BorderShop) -> list[Path]:
    """SQLite's own files while the database is open; of PostgreSQL every table as text."""
    if shop.store.dialect == "sqlite":
        file = Path(shop.store.url.database or "")
        assert file.with_name(f"{file.name}-wal").stat().st_size > 0, "what was just written is still in the log"
        return sorted(file.parent.glob(f"{file.name}*"))
    dump = shop.home / "dump.txt"
    with psycopg.connect(url(shop)) as connection, dump.open("wb") as out:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as rows:
                for row in rows:
                    out.write(bytes(row))
    return [dump]


def backup(shop: BorderShop, name: str) -> Path:
    file = shop.home / f"{name}.zip"
    run(shop, "backup", str(file), "--db", url(shop))
    return file


# ── the running service ───────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def served(shop: BorderShop, log: Path) -> Iterator[str]:
    """The service as another process, everything that it says in a file; its address."""
    command = [*RERAIL, "serve", str(shop.folder), "--db", url(shop), "--port", "0"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=out, text=True, env=environment(shop))
        assert process.stdout is not None
        try:
            for line in process.stdout:
                out.write(line.encode())
                out.flush()
                if at := re.search(r"Serving .* at (http://\S+)", line):
                    yield at[1]
                    break
            else:
                raise AssertionError(f"it stopped before it served: {log.read_text()}")
        finally:
            process.terminate()
            out.write((process.communicate(timeout=20)[0] or "").encode())


class Pages:
    """What is fetched, kept to be searched."""

    def __init__(self, address: str, folder: Path) -> None:
        client = httpx.Client(base_url=address, timeout=30)
        self.visitor = Visitor(client)  # type: ignore[arg-type]
        self._client = client
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def get(self, address: str) -> httpx.Response:
        answer = self._client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        self.keep(answer)
        return answer

    def keep(self, answer: httpx.Response) -> None:
        said = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        name = f"{len(list(self._folder.iterdir())):03}"
        (self._folder / f"{name}.page").write_bytes(f"{answer.url}\n{said}\n".encode() + answer.content)
        if answer.content[:4] in (b"PK\x03\x04", b"%PDF"):
            (self._folder / f"{name}.file").write_bytes(answer.content)

    def sign_in(self, name: str) -> None:
        page = self.visitor.open("/office/sign-in")
        self.visitor.send(page, "/office/sign-in", {"name": name, "password": PASSWORD})
        assert "/office/sign-out" in self.get("/office/").text


def give(pages: Pages, page: Page, address: str, **typed: str) -> Page:
    """Fill in the first passenger's form and send it."""
    form = next(form for form in page.forms if any(name == "number" for name, _ in form.fields))
    left = [(name, value) for name, value in form.fields if name not in typed]
    return pages.visitor.post(address, [*left, *typed.items()])


def test_in_what_the_service_says_shows_and_publishes_no_number_can_be_read(
    sqlite_shop: BorderShop, tmp_path: Path
) -> None:
    shop = sqlite_shop
    booking = planted(shop)
    other = shop.buy(OUT, passengers=[adult("Ким", "Ольга")])
    line = shop.current.snapshot().line
    shop.selling.call(lambda connection: ensure_key(connection, line, shop.clock.now()))
    for name, role in (("Vera", "clerk"), ("Marina", "operator")):
        add_user(shop.store, shop.clock, name=name, role=role, railway=None, password=PASSWORD, by=None)
    log, kept = tmp_path / "service.log", tmp_path / "pages"

    with served(shop, log) as address:
        pages = Pages(address, kept)
        for path in (
            "/en/",
            "/ru/timetable",
            f"/en/departures/{OUT_KEY}",
            "/en/stations/khasan",
            "/healthz",
            "/metrics",
        ):
            pages.get(path)
        for feed in ("gtfs.zip", "notices.atom", "departures.ics"):
            pages.get(f"/feeds/{feed}")
        for one in (booking, other):
            pages.get(f"/en/booking/{one.code}?key={shop.selling.link_key(one.code)}")
            pages.get(f"/en/booking/{one.code}/documents?key={shop.selling.link_key(one.code)}")
        documents = f"/en/booking/{other.code}/documents"
        asked = pages.visitor.open(documents)
        # What is typed wrongly comes back to whoever typed it, in the answer alone: that is not kept here.
        refused = give(pages, asked, documents, number=MISTYPED, nationality="XYZ")
        assert (refused.status, MISTYPED in refused.html) == (422, True)
        taken = give(pages, asked, documents, mrz=zone(TYPED))
        assert taken.status == 200
        pages.keep(taken.answer)
        pages.get(documents)
        pages.get(f"/en/booking/{booking.code}/tickets/a4.pdf")

    answer = at_the_deadline(shop)
    with served(shop, log) as address:  # it closes the lists, delivers them and reads the answer
        pages = Pages(address, kept)
        pages.sign_in("Vera")
        for code in (booking.code, other.code):
            for path in ("", "/documents"):
                pages.get(f"/office/bookings/{code}{path}")
        pages.get(f"/office/bookings?find={booking.code}")
        pages.get(f"/office/departures/{OUT_KEY}")
        wait_for(answer)
        pages = Pages(address, kept)
        pages.sign_in("Marina")
        border = f"/office/departures/{OUT_KEY}/border"
        for path in (f"{border}/board?crossing=khasan-tumangang", "/office/audit", "/office/letters"):
            pages.get(path)
        list_page = pages.visitor.open(border)
        assert ANSWERED in list_page.html, "what the authority said is there for whoever may read its list"
        downloaded = pages.visitor.peek(f"{border}/list?authority=russian-border-control&form=csv")

    run(shop, "publish", str(shop.folder), "--db", url(shop), "--out", str(tmp_path / "feeds"))
    (tmp_path / "list.csv").write_bytes(downloaded.content)
    assert found(tmp_path / "list.csv").keys() == {PASSPORT, VISA, VOUCHER, TYPED}, "the list itself has them"
    public = [*kept.iterdir(), *(tmp_path / "feeds").iterdir(), *tickets(shop, booking, tmp_path / "tickets")]
    assert len(public) > 30
    assert log.stat().st_size > 0
    assert found(log, *public) == {}


def wait_for(file: Path) -> None:
    """Until the service has made it."""
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} never came"
        time.sleep(0.05)


def tickets(shop: BorderShop, booking: Booking, folder: Path) -> list[Path]:
    """A booking's tickets: the barcode's bytes, what it says when read, and the page."""
    folder.mkdir()
    with shop.store.read() as connection:
        signed = signed_tickets(connection, shop.selling.market(), booking, "ru", specimen=True)
    for number, (_, barcode) in enumerate(signed):
        (folder / f"{number}.barcode").write_bytes(barcode)
        (folder / f"{number}.json").write_bytes(msgspec.json.encode(decoded(barcode)))
    (folder / "tickets.pdf").write_bytes(pdf(signed, "a4", "ru"))
    return list(folder.iterdir())
