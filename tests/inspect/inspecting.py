"""A page that has the inspector's scripts and nothing else, and what both sides of a comparison look like."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from playwright.sync_api import Page

from rerail.desk.current import Current
from rerail.ticket.barcode import Decoded, DecodedCall
from rerail.ticket.keys import PublishedKey
from rerail.ticket.verify import Verdict
from rerail.web.app import create_app
from rerail.web.context import HTML, WEB
from rerail.web.i18n import Words
from rerail.web.inspector_files import InspectorFiles
from rerail.web.office.inspect_words import verdict_sentences
from rerail.web.security import INSPECTOR

SHIPPED: Final = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
NOON: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

OpenPage = Callable[[str], Page]

SCRIPTS: Final = WEB / "static" / "office" / "inspect"
FILES: Final = InspectorFiles()
ENGLISH: Final = verdict_sentences(Words("en"))

PAGE: Final = (
    '<!doctype html><html lang="en"><title>Inspector</title>'
    '<input type="file" aria-label="A picture"><video></video></html>'
)

WORKER: Final = """
addEventListener("install", (event) => event.waitUntil(caches.open("inspector").then((kept) => kept.addAll(FILES))));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => event.respondWith(caches.match(event.request)));
"""
"""Answers everything from what it kept, and nothing from the network."""

# The page's side: what JSON cannot say is written as an object of one field.
_TALK: Final = """
async (files) => {
  const at = (name) => import(files[name]);
  const [inspect, reader, ticket, uper] = await Promise.all(
    ["inspect.js", "reader.js", "ticket.js", "uper.js"].map(at));
  const { default: schema } = await at("schema.js");
  const octets = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const plain = (value) => {
    if (value instanceof Uint8Array) return { octets: btoa(String.fromCharCode(...value)) };
    if (typeof value === "bigint") return { number: String(value) };
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
  };
  const trying = async (act) => {
    try {
      return plain(await act());
    } catch (error) {
      if (!(error instanceof uper.Unreadable || error instanceof reader.ReaderError)) throw error;
      return { thrown: error.code };
    }
  };
  window.inspecting = { inspect, reader, ticket, uper, schema, octets, plain, trying };
}
"""


def app(current: Current) -> Litestar:
    """The whole application, with the page besides."""
    return create_app(current, handlers=[_page(), _worker()])


def _page() -> HTTPRouteHandler:
    @get("/inspecting/", sync_to_thread=False)
    def page() -> Response[str]:
        return Response(PAGE, media_type=HTML, headers=INSPECTOR)

    return page


def _worker() -> HTTPRouteHandler:
    @get("/inspecting/worker.js", sync_to_thread=False)
    def worker() -> Response[str]:
        files = msgspec.json.encode(["/inspecting/", *FILES.addresses]).decode()
        return Response(WORKER.replace("FILES", files), media_type="text/javascript", headers=INSPECTOR)

    return worker


class Inspector:
    """The page in a browser, asked from here."""

    def __init__(self, page: Page) -> None:
        self.page: Final = page
        addresses = {name: FILES.address(name) for name in ("inspect.js", "reader.js", "ticket.js", "uper.js")}
        page.evaluate(_TALK, {**addresses, "schema.js": FILES.address("schema.js")})

    def verify(self, raw: bytes, keys: list[PublishedKey], **asked: Any) -> dict[str, Any]:
        """The verdict, its sentence (in English, as `why`) beside it; `now` is a datetime."""
        question = {"keys": msgspec.to_builtins(keys), **asked}
        found: dict[str, Any] = self.page.evaluate(
            """async ([raw, asked, sentences]) => {
              const { inspect, octets } = window.inspecting;
              if (asked.now) asked.now = new Date(asked.now);
              const found = await inspect.verify(octets(raw), asked);
              return { ...found, why: found.reason ? inspect.sentence(found.reason, sentences) : "" };
            }""",
            [in_letters(raw), msgspec.to_builtins(question), ENGLISH],
        )
        return found

    def read(self, raw: bytes) -> dict[str, Any]:
        """What `ticket.js` reads, or {"thrown": code}."""
        found: dict[str, Any] = self.page.evaluate(
            "(raw) => inspecting.trying(() => inspecting.ticket.read(inspecting.octets(raw)))", in_letters(raw)
        )
        return found

    def decode(self, name: str, raw: bytes, schema: str = "schema") -> dict[str, Any]:
        """The value of a shape, and the bytes of level 1 in it, if it has one, as `level1`; or {"thrown": code}."""
        found: dict[str, Any] = self.page.evaluate(
            """([schema, name, raw]) => inspecting.trying(() => {
              const { uper, octets } = inspecting;
              const { value, spans } = uper.decode(inspecting[schema], name, octets(raw));
              return { value, level1: spans.Level1Data ? uper.cut(octets(raw), spans.Level1Data) : null };
            })""",
            [schema, name, in_letters(raw)],
        )
        return found


def in_letters(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def plain(value: Any) -> Any:
    """What Python decoded, as the page says it."""
    match value:
        case bytes() | bytearray():
            return {"octets": in_letters(bytes(value))}
        case bool() | str() | None:
            return value
        case int():
            return value if abs(value) < 2**53 else {"number": str(value)}
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    raise TypeError(value)


def word(verdict: Verdict) -> str:
    """Python's word as the page says it, which tells the unknown from the forged, and specimens from tickets."""
    if verdict.why.startswith("No key "):
        return "unknown-key"
    return "specimen" if verdict.word == "valid" and verdict.ticket and verdict.ticket.specimen else verdict.word


def ticket(decoded: Decoded) -> dict[str, Any]:
    """What Python read, with the page's names, without what the page does not tell."""
    return {
        "issuer": decoded.issuer,
        "reference": decoded.reference,
        "booking": decoded.booking,
        "issued": _instant(decoded.issued),
        "specimen": decoded.specimen,
        "familyName": decoded.family_name,
        "givenNames": decoded.given_names,
        "adult": decoded.adult,
        "train": decoded.train,
        "numbers": list(decoded.numbers),
        "serviceDate": decoded.service_date.isoformat() if decoded.service_date else None,
        "between": list(decoded.between),
        "stretches": [
            {
                "board": _call(one.board),
                "alight": _call(one.alight),
                "coach": one.coach,
                "places": list(one.places),
                "description": one.description,
            }
            for one in decoded.stretches
        ],
        "travelClass": decoded.travel_class,
        "passportCheck": decoded.passport_check,
        "info": decoded.info,
        "validUntil": _instant(decoded.valid_until) if decoded.valid_until else None,
    }


def _call(call: DecodedCall) -> dict[str, Any]:
    at = call.at.isoformat() if call.at else None
    return {"station": call.station, "uic": call.uic, "name": call.name, "at": at}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
