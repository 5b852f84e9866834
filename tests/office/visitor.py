"""A browser without a window: keeps cookies, follows redirects, fills in forms as they stand on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from litestar.testing import TestClient

HOST = "http://testserver.local"


@dataclass
class Form:
    """A form of a page, with what already stands in it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next((value for given, value in self.fields if given == name), "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input" and given.get("name"):
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if ticked:
                self._form.fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self._form.fields.append((self._select, given["value"]))
        elif tag == "textarea":
            self._area = given["name"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area and self._form is not None:
            self._form.fields.append((self._area, data))


class Page:
    """An answer, as one reads it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.address = answer.url.raw_path.decode()
        self.html = answer.text
        reader = _Reader()
        reader.feed(self.html)
        self.text = re.sub(r"\s+", " ", " ".join(reader.words))
        self.forms = reader.forms

    def form(self, action: str) -> Form:
        """The first form that goes to an address beginning like this."""
        return next(form for form in self.forms if form.action.startswith(action))


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client: TestClient[Any], language: str = "en") -> None:
        self.client = client
        self.headers = {"accept-language": language}

    def open(self, address: str, **headers: str) -> Page:
        return Page(self.client.get(address, headers={**self.headers, **headers}, follow_redirects=True))

    def peek(self, address: str, method: str = "GET") -> httpx.Response:
        """The answer itself, no redirect followed."""
        return self.client.request(method, address, headers=self.headers, follow_redirects=False)

    def send(
        self, page: Page, action: str, changes: Mapping[str, str | list[str]] | None = None, **headers: str
    ) -> Page:
        """Fill in a form of a page and send it, as a browser would."""
        form = page.form(action)
        changes = changes or {}
        fields = [(name, value) for name, value in form.fields if name not in changes]
        for name, value in changes.items():
            fields.extend((name, one) for one in ([value] if isinstance(value, str) else value))
        where = urljoin(str(page.answer.url), form.action).partition("#")[0]
        if form.method == "get":
            return self.open(f"{urlsplit(where).path}?{urlencode(fields)}")
        return self.post(where, fields, **headers)

    def post(self, address: str, fields: list[tuple[str, str]], **headers: str) -> Page:
        base = urlsplit(str(self.client.base_url))
        said = {"origin": f"{base.scheme}://{base.netloc}", **self.headers, **headers}
        said = {name.replace("_", "-"): value for name, value in said.items() if value}
        body = urlencode(fields).encode()
        said["content-type"] = "application/x-www-form-urlencoded"
        return Page(self.client.post(address, content=body, headers=said, follow_redirects=True))

    def sign_in(self, name: str, password: str, page: Page | None = None) -> Page:
        page = page or self.open("/office/")
        return self.send(page, "/office/sign-in", {"name": name, "password": password})
