"""Mail over SMTP, set up by two variables of the environment.

* `RERAIL_SMTP`: `smtps://user:password@host:465` (TLS from the start), `smtp://user:password@host:587?starttls=1`
  (TLS before anything is said), or `smtp://host:25` (no TLS: for a relay on the same machine or network, and
  never with a password, except on the machine itself). User and password percent-encoded.
* `RERAIL_MAIL_FROM`: who writes, `tickets@trains.example` or `The direct train <tickets@trains.example>`.

The server's certificate is checked against the system's authorities (`SSL_CERT_FILE` names others).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email import policy
from email.headerregistry import AddressHeader, BaseHeader
from email.message import EmailMessage
from typing import Final, Literal, cast
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from msgspec import Struct

from rerail.tell.delivery import Deferred, Refused, Unreachable

TIMEOUT_SECONDS: Final = 20
"""How long the server may be silent; one attempt is a handful of exchanges."""

_PLAIN: Final = policy.SMTP.clone(cte_type="7bit")
"""Bodies in base64 or quoted-printable: not every server takes 8-bit lines, every one takes these."""

_ENHANCED: Final = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ONE_ADDRESS: Final = re.compile(r"[^\x00-\x20\x7f<>(),;:\\\"@]+@[^\x00-\x20\x7f<>(),;\\\"@]+")
_NO_ADDRESS: Final = "The address cannot be written as one."
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PORTS: Final[Mapping[str, int]] = {"tls": 465, "starttls": 587, "none": 25}
_TOO_BIG: Final = 552
_CLOSING: Final = 421


class MailSettingsError(ValueError):
    """`RERAIL_SMTP` or `RERAIL_MAIL_FROM` cannot be used; the sentence says why and shows no password."""


class Server(Struct, frozen=True):
    """Where and how mail is handed over."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]


def smtp_from(environ: Mapping[str, str]) -> Smtp | None:
    """The transport that the environment sets up; None if `RERAIL_SMTP` is unset: messages stay in the outbox.

    Raises `MailSettingsError`.
    """
    text = environ.get("RERAIL_SMTP", "").strip()
    if not text:
        return None
    server, user, password = _server(text)
    return Smtp(server, sender=_sender(environ.get("RERAIL_MAIL_FROM", "").strip()), user=user, password=password)


class Smtp:
    """Hands mail to one server, over one connection until `close`. Not for several threads at once."""

    def __init__(self, server: Server, *, sender: str, user: str = "", password: str = "") -> None:
        self.server: Final = server
        self.sender: Final = sender
        self._user: Final = user
        self._password: Final = password
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage, to: str) -> None:
        """Hand one mail over. Returns once the server has taken responsibility for it (its 250 after DATA)."""
        if not _ONE_ADDRESS.fullmatch(to):
            raise Refused(_NO_ADDRESS)  # smtplib would make what it can of it, and write to somebody else
        if "From" not in mail:
            mail["From"] = self.sender
        try:
            octets = mail.as_bytes(policy=_PLAIN)
        except (ValueError, LookupError) as error:
            raise Refused(f"It cannot be written as mail ({type(error).__name__}).") from error
        connection = self._connected()
        try:
            connection.sendmail(_address_of(self.sender), [to], octets, _options(connection, to))
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()), (0, b""))
            self._fail("The server does not take mail for this address", code, words, error)
        except smtplib.SMTPSenderRefused as error:
            self._refused_sender(error)
        except smtplib.SMTPDataError as error:
            self._fail("The server does not take this mail", error.smtp_code, error.smtp_error, error)
        except smtplib.SMTPNotSupportedError as error:
            raise Refused("The server does not take mail for addresses in this script.") from error
        except UnicodeError as error:
            raise Refused(_NO_ADDRESS) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unreachable(f"{self._name}: the connection broke ({type(error).__name__}).") from error

    def close(self) -> None:
        """Say goodbye, if connected."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._drop()

    @property
    def _name(self) -> str:
        return f"{self.server.host}:{self.server.port}"

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        server = self.server
        try:
            trust = ssl.create_default_context()
            connection = (
                smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=trust)
                if server.security == "tls"
                else smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
            )
        except ssl.SSLError as error:
            raise Unreachable(f"{self._name}: no secure connection ({_reason(error)}).") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{self._name} cannot be reached ({_reason(error)}).") from error
        self._connection = connection
        try:
            if server.security == "starttls":
                connection.starttls(context=trust)
            if self._user:
                connection.login(self._user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            raise Unreachable(f"{self._name} does not accept our sign-in ({error.smtp_code}).") from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unreachable(f"{self._name}: no secure connection or sign-in ({_reason(error)}).") from error
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _refused_sender(self, error: smtplib.SMTPSenderRefused) -> None:
        if error.smtp_code == _TOO_BIG:
            self._fail("The server does not take this mail", error.smtp_code, error.smtp_error, error)
        self._drop()
        said = _said(error.smtp_code, error.smtp_error)
        raise Unreachable(f"{self._name} does not let us write as RERAIL_MAIL_FROM ({said}).") from error

    def _fail(self, sentence: str, code: int, words: bytes | str, error: Exception) -> None:
        said = _said(code, words)
        if code == _CLOSING:
            self._drop()
            raise Unreachable(f"{self._name} is closing ({said}).") from error
        raise (Refused if code >= 500 else Deferred)(f"{sentence} ({said}).") from error


def _said(code: int, words: bytes | str) -> str:
    """The reply's code and its enhanced code (RFC 3463), never its text, which likes to name the address."""
    found = _ENHANCED.search(words if isinstance(words, bytes) else words.encode())
    return f"{code} {found.group().decode()}" if found else str(code)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what RERAIL_SMTP asks for"
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else type(error).__name__


def _options(connection: smtplib.SMTP, to: str) -> list[str]:
    if to.isascii():
        return []
    connection.ehlo_or_helo_if_needed()
    if not connection.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError("SMTPUTF8")
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _server(text: str) -> tuple[Server, str, str]:
    example = "write it as smtps://user:password@mail.example:465 or smtp://user:password@mail.example:587?starttls=1"
    try:
        parts: SplitResult = urlsplit(text)
        port, host = parts.port, parts.hostname
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise MailSettingsError(f"RERAIL_SMTP is no address of a mail server; {example}.") from None
    wanted = query.pop("starttls", "0")
    known = parts.scheme in ("smtp", "smtps") and host and port != 0 and parts.path in ("", "/") and not parts.fragment
    if not known or host is None or query or wanted not in ("0", "1"):
        raise MailSettingsError(f"RERAIL_SMTP is no address of a mail server; {example}.")
    security: Literal["tls", "starttls", "none"]
    security = "tls" if parts.scheme == "smtps" else "starttls" if wanted == "1" else "none"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise MailSettingsError("RERAIL_SMTP names a user or a password, but not both; give both or neither.")
    if user and security == "none" and host not in _LOOPBACK:
        raise MailSettingsError(
            "RERAIL_SMTP would send its password in the clear; use smtps:// or add ?starttls=1 to it."
        )
    return Server(host, port or _PORTS[security], security), user, password


def _sender(text: str) -> str:
    mail = EmailMessage()
    try:
        mail["From"] = text
        header = cast(AddressHeader, mail["From"])
        defects = cast(BaseHeader, mail["From"]).defects
        one = len(header.addresses) == 1 and not defects and bool(header.addresses[0].domain)
    except ValueError:  # a line break
        one = False
    if not one:
        raise MailSettingsError(
            f'RERAIL_MAIL_FROM is "{text}"; name who writes, as The direct train <tickets@trains.example>.'
        )
    return text


def _address_of(sender: str) -> str:
    mail = EmailMessage()
    mail["From"] = sender
    return cast(AddressHeader, mail["From"]).addresses[0].addr_spec
