"""A retailer's client, written from the specification alone: it knows addresses and bodies, nothing of ours.

Every answer it gets is validated strictly, errors too.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from osdm.strict import check_answer


class Retailer:
    """One client with its token. `http` speaks as httpx does."""

    def __init__(self, http: Any, client_id: str, client_secret: str, language: str = "en") -> None:
        self.http = http
        self.client_id = client_id
        self.language = language
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self.token = ""
        self.new_token()

    def new_token(self) -> None:
        """A new access token for the secret."""
        answer = self.http.post("/osdm/oauth/token", data=self._form)
        assert answer.status_code == 200, answer.text
        token = answer.json()
        assert token["token_type"].lower() == "bearer"
        assert token["expires_in"] > 0
        self.token = str(token["access_token"])

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> Any:
        """The body of an answer with this status. POST and PATCH go with an Idempotency-Key of their own."""
        sent = {"authorization": f"Bearer {self.token}", "accept-language": self.language, **(headers or {})}
        if method in ("POST", "PATCH"):
            sent["idempotency-key"] = key or str(uuid4())
        options: dict[str, Any] = {"headers": sent, "params": params}
        if body is not None:
            options["json"] = body
        answer = self.http.request(method, f"/osdm{path}", **options)
        content_type = answer.headers.get("content-type", "")
        said = check_answer(method, path, answer.status_code, content_type, answer.content)
        assert answer.status_code == status, answer.text[:2000]
        self.answer = answer
        return said

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.ask("POST", path, {} if body is None else body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> Any:
        return self.ask("PATCH", path, body, **options)

    def delete(self, path: str, *, status: int = 204) -> Any:
        return self.ask("DELETE", path, status=status)

    # The flows of the specification

    def station(self, name: str) -> str:
        """The URN of a station, by its name in whatever language."""
        found: str = self.post("/places", {"placeInput": {"name": name}})["places"][0]["id"]
        return found
