"""Events by webhook: POST to a subscriber's address, signed as Standard Webhooks has it (docs/osdm-webhooks.md).

A subscriber names the address, so it must not be a way into our own network: names are resolved here, each address
that comes of it must be public, and the connection is made to that very address. No redirect is followed, no proxy
of the environment is used, and a whole attempt has one deadline, however slowly the other side speaks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import httpcore

from rerail.clock import Clock
from rerail.store.engine import Store
from rerail.tell import outbox
from rerail.tell.carrying import Away, Deferred, Refused
from rerail.tell.outbox import Message
from rerail.tell.subscriptions import AddressRefused, Subscription, checked_url, is_public, subscription_of

DEADLINE_SECONDS: Final = 15.0
"""For one attempt, from the first byte to the answer's head."""

_NOT_NOW: Final = frozenset({401, 403, 404, 405, 408, 429})
"""Answers that concern the address, not the event."""

_MOST_READ: Final = 4096
"""Bytes of an answer's body that are read to keep the connection; what it says does not matter."""

Compose = Callable[[Message], bytes]
"""Makes the body (JSON) of an event: the same for the same message, each time."""


class Webhook:
    """The channel of events. Not for several threads at once."""

    name: outbox.Channel = "webhook"

    def __init__(
        self,
        store: Store,
        clock: Clock,
        compose: Compose,
        *,
        loopback: bool = False,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        """`loopback` lets events go to this machine too, for a try-out."""
        self._store: Final = store
        self._clock: Final = clock
        self._compose: Final = compose
        self._loopback: Final = loopback
        self._deadline_seconds: Final = deadline_seconds
        self._network: Final = Guarded(loopback=loopback)
        self._pool: httpcore.ConnectionPool | None = None

    def carry(self, message: Message) -> bool:
        """Have the subscriber take an event (2xx). False: it is no subscriber any more."""
        with self._store.read() as connection:
            subscription = subscription_of(connection, message.to)
        if subscription is None:
            return False
        try:
            body = self._compose(message)
        except Exception as error:
            # Whatever one event trips over must not hold up the others.
            raise Deferred(f"The event could not be composed ({type(error).__name__}).") from error
        status = self._post(subscription, message, body)
        if 200 <= status < 300:
            return True
        said = f"{_host(subscription.url)} answered {status}"
        if status == 410:
            raise Refused(f"{said}: it is not to be told this any more.")
        if 300 <= status < 400:
            raise Away(f"{said}: it is elsewhere, and redirects are not followed.")
        if 400 <= status < 500 and status not in _NOT_NOW:
            raise Deferred(f"{said}: it does not take this event.")
        raise Away(f"{said}.")

    def close(self) -> None:
        """Let go of the connections."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _post(self, subscription: Subscription, message: Message, body: bytes) -> int:
        seconds = int(self._clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "Rerail",
            "webhook-id": message.id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": signature(subscription.secret, message.id, seconds, body),
        }
        try:
            checked_url(subscription.url, loopback=self._loopback)
            self._network.begin(self._deadline_seconds)
            pool = self._connections()
            with pool.stream("POST", subscription.url, headers=_encoded(headers), content=body) as answer:
                with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
                    _read_some(answer)
                return answer.status
        except (AddressRefused, NotPublic) as error:
            raise Away(str(error)) from error
        except httpcore.TimeoutException as error:
            within = f"{self._deadline_seconds:g} s"
            raise Away(f"{_host(subscription.url)} did not answer within {within}.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Away(f"{_host(subscription.url)} cannot be reached ({_reason(error)}).") from error

    def _connections(self) -> httpcore.ConnectionPool:
        if self._pool is None:
            self._pool = httpcore.ConnectionPool(ssl.create_default_context(), network_backend=self._network)
        return self._pool


def signature(secret: bytes, identifier: str, seconds: int, body: bytes) -> str:
    """ "v1," and the HMAC-SHA-256, in base64, over identifier, seconds (of the Unix epoch) and body, joined by dots."""
    signed = b".".join((identifier.encode(), str(seconds).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()}"


class NotPublic(Exception):
    """A subscriber's host is, by its name, a machine of a private network."""


class Guarded(httpcore.NetworkBackend):
    """Connections to public addresses only, each attempt within its deadline."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback: Final = loopback
        self._real: Final = httpcore.SyncBackend()
        self._until = 0.0

    def begin(self, seconds: float) -> None:
        """An attempt begins that may take so long."""
        self._until = time.monotonic() + seconds

    def left(self, error: type[httpcore.TimeoutException]) -> float:
        """Seconds left of the attempt; raises `error` if there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise error
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  (the attempt's deadline holds)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, and connect to what was checked. Raises `NotPublic`, httpcore's errors."""
        failure: Exception | None = None
        for address in self._addresses(host, port):
            try:
                stream = self._real.connect_tcp(
                    address, port, self.left(httpcore.ConnectTimeout), local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
                continue
            return _Hurried(stream, self)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError("no such host") from error
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        for text in addresses:
            address = ipaddress.ip_address(text.partition("%")[0])
            if not (is_public(address) or (self._loopback and address.is_loopback)):
                raise NotPublic(f"{host} is a machine of a private network ({address}), and nothing is sent there.")
        return addresses


class _Hurried(httpcore.NetworkStream):
    """A stream whose every read and write ends by the attempt's deadline."""

    def __init__(self, stream: httpcore.NetworkStream, network: Guarded) -> None:
        self._stream: Final = stream
        self._network: Final = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """What came."""
        return self._stream.read(max_bytes, self._network.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send it all."""
        self._stream.write(buffer, self._network.left(httpcore.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """The same, secured; the certificate is that of the name, not of the address."""
        left = self._network.left(httpcore.ConnectTimeout)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left), self._network)

    def get_extra_info(self, info: str) -> Any:
        """What the stream knows."""
        return self._stream.get_extra_info(info)


def _read_some(answer: httpcore.Response) -> None:
    """The beginning of an answer's body: where that is all of it, the connection serves for the next event."""
    read = 0
    for chunk in answer.iter_stream():
        read += len(chunk)
        if read > _MOST_READ:
            return


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _host(url: str) -> str:
    return httpcore.URL(url).host.decode()


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(error) or type(error).__name__
