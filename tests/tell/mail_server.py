"""A real SMTP server on this machine, which keeps what it is given and can be told to refuse."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class MailServer:
    """Answers each command as `answers` says ("RCPT", "DATA", "MAIL"), else takes it."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, Callable[[str], str]] = {}
        self.port = 0

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.arrived]

    # aiosmtpd finds the answer to a command by the method's name.

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer("MAIL", address)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self._answer("RCPT", address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content, policy=policy.default)
        answer = self._answer("DATA", str(mail["Subject"]))
        if answer.startswith("2"):
            self.arrived.append(mail)
            self.recipients.append(list(envelope.rcpt_tos))
        return answer

    def _answer(self, command: str, word: str) -> str:
        answers = self.answers.get(command)
        return "250 2.0.0 taken" if answers is None else answers(word)


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, password: str | None = None
) -> Iterator[MailServer]:
    """A server that is up within the block; with a password it takes mail only after a sign-in."""
    handler = MailServer()

    def authenticated(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password.decode() == password, handled=False)

    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_required=password is not None,
        auth_require_tls=False,
        authenticator=authenticated if password is not None else None,
        enable_SMTPUTF8=False,
    )
    # The controller tries its own address to see that it is up, and must know the port that the system gave it.
    controller.port = handler.port = _free_port()
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
