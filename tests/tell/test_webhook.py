"""Events by webhook: signed, once or more under one name, to nobody's private machines."""

from __future__ import annotations

import ipaddress
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from event_day import SECRET, body, carried, event, events, subscribed
from outbox_day import NOON, OutboxClock, Remembering, delivered, message, queued, told
from standardwebhooks import Webhook as StandardWebhook
from subscriber import Subscriber, subscriber

from rerail.store.engine import Store
from rerail.tell import subscriptions
from rerail.tell.carrying import LEASE
from rerail.tell.outbox import MOST_TRIES, counts, try_all_again
from rerail.tell.subscriptions import AddressRefused, checked_url, is_public

MINUTE = timedelta(minutes=1)


@pytest.fixture
def day() -> OutboxClock:
    return OutboxClock()


@pytest.fixture
def shop(sqlite_store: Store) -> Iterator[Subscriber]:
    """A subscriber that is told, on SQLite."""
    with subscriber() as one:
        subscribed(sqlite_store, one.url)
        yield one


def test_an_event_arrives_signed_as_standard_webhooks_has_it(store: Store, day: OutboxClock) -> None:
    queued(store, event("retimed-3-7KQ2FM"))
    with subscriber() as one:
        subscribed(store, one.url)
        assert carried(store, day).sent == 1
    [came] = one.received
    assert (came.path, came.headers["content-type"]) == ("/rerail", "application/json")
    assert came.body == body(event("retimed-3-7KQ2FM"))
    assert (came.id, came.headers["webhook-timestamp"]) == ("retimed-3-7KQ2FM", str(int(NOON.timestamp())))
    judge = StandardWebhook(subscriptions.shown(SECRET))
    assert came.headers["webhook-signature"] == judge.sign(came.id, NOON, came.body.decode())
    assert events(store)["retimed-3-7KQ2FM"].state == "sent"
    assert events(store)["retimed-3-7KQ2FM"].message.facts == {}


def test_letters_and_events_leave_by_their_own_ways(store: Store, day: OutboxClock) -> None:
    queued(store, message("letter"), event("event"))
    assert list(told(store)) == ["letter"]
    transport = Remembering()
    assert delivered(store, day, transport).taken == 1
    assert events(store)["event"].state == "waiting"
    with subscriber() as one:
        subscribed(store, one.url)
        assert carried(store, day).taken == 1
    with store.read() as connection:
        assert counts(connection)["sent"] == counts(connection, "webhook")["sent"] == 1


def test_who_is_no_subscriber_any_more_is_told_nothing(store: Store, day: OutboxClock) -> None:
    queued(store, event("e0"))
    assert carried(store, day).dropped == 1


def test_what_waits_goes_to_the_new_address_with_the_new_secret(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber
) -> None:
    queued(sqlite_store, event("e0"))
    shop.status = 500
    carried(sqlite_store, day)
    with subscriber() as new:
        subscribed(sqlite_store, new.url)
        day.move(MINUTE)
        assert carried(sqlite_store, day).sent == 1
        assert new.ids == ["e0"]


@pytest.mark.parametrize("status", [301, 307, 401, 404, 429, 500, 503])
def test_an_answer_that_concerns_the_address_puts_everything_off(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber, status: int
) -> None:
    queued(sqlite_store, *(event(f"e{number}") for number in range(4)))
    shop.status = status
    assert carried(sqlite_store, day, limit=2).put_off == 2
    assert shop.ids == ["e0"], "no redirect was followed, and nothing else tried"
    assert [(one.tries, one.next_at) for one in events(sqlite_store).values()] == [(1, NOON + MINUTE)] * 4
    assert str(status) in events(sqlite_store)["e3"].error
    assert carried(sqlite_store, day).taken == 0
    day.move(MINUTE)
    shop.status = 200
    assert carried(sqlite_store, day).sent == 4
    assert shop.ids == ["e0", "e0", "e1", "e2", "e3"]


def test_one_that_is_not_taken_does_not_hold_up_the_others(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber
) -> None:
    queued(sqlite_store, event("e0"), event("e1"), event("e2"))
    shop.answers = [422, 410]
    done = carried(sqlite_store, day)
    assert (done.put_off, done.given_up, done.sent) == (1, 1, 1)
    assert {name: one.state for name, one in events(sqlite_store).items()} == {
        "e0": "waiting",
        "e1": "given-up",
        "e2": "sent",
    }


def test_a_subscriber_that_is_away_costs_the_others_nothing(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    subscribed(sqlite_store, f"http://127.0.0.1:{port}/", "rr_away")
    queued(sqlite_store, event("a0", to="rr_away"), event("a1", to="rr_away"), event("s0"))
    done = carried(sqlite_store, day)
    assert (done.put_off, done.sent, shop.ids) == (2, 1, ["s0"])
    assert "cannot be reached (Connection refused)" in events(sqlite_store)["a1"].error


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_who_hangs_or_drips_has_so_long_and_no_longer(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber, how: str
) -> None:
    queued(sqlite_store, event("e0"), event("e1"))
    shop.answers = [getattr(shop, how)]
    done = carried(sqlite_store, day, deadline_seconds=0.3)
    assert (done.put_off, shop.ids) == (2, ["e0"])
    assert events(sqlite_store)["e1"].error == "localhost did not answer within 0.3 s."
    day.move(MINUTE)
    assert carried(sqlite_store, day).sent == 2


def test_an_answer_without_end_is_an_answer(sqlite_store: Store, day: OutboxClock, shop: Subscriber) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            while not shop.released.is_set():
                handler.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")

    queued(sqlite_store, event("e0"), event("e1"))
    shop.answers = [endless]
    assert carried(sqlite_store, day).sent == 2


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000])
def test_who_answers_nonsense_has_not_answered(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber, answer: bytes
) -> None:
    queued(sqlite_store, event("e0"))
    shop.answers = [lambda handler: _written(handler, answer)]
    assert carried(sqlite_store, day).put_off == 1


def _written(handler: BaseHTTPRequestHandler, answer: bytes) -> None:
    with suppress(OSError):
        handler.wfile.write(answer)


def test_after_two_days_it_is_given_up_where_one_sees_it_and_goes_again_when_asked(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber
) -> None:
    queued(sqlite_store, event("e0"), event("e1"))
    shop.status = 500
    for _ in range(MOST_TRIES + 1):
        carried(sqlite_store, day)
        day.move(timedelta(hours=6))
    assert {one.state for one in events(sqlite_store).values()} == {"given-up"}
    assert shop.ids == ["e0"] * MOST_TRIES
    with sqlite_store.write() as connection:
        assert counts(connection, "webhook", to="rr_shop")["given-up"] == 2
        assert try_all_again(connection, "webhook", "rr_other", day.now()) == 0
        assert try_all_again(connection, "webhook", "rr_shop", day.now()) == 2
    shop.status = 200
    assert carried(sqlite_store, day).sent == 2


def test_killed_between_the_subscriber_s_yes_and_our_mark_it_is_told_twice_under_one_name(
    store: Store, database_url: str
) -> None:
    def telling(after: timedelta = timedelta()) -> subprocess.Popen[str]:
        script = str(Path(__file__).with_name("telling.py"))
        command = [sys.executable, script, database_url, (NOON + after).isoformat()]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    queued(store, event("e0"))
    with subscriber() as one:
        subscribed(store, one.url)
        processes: list[subprocess.Popen[str]] = []

        def taken_and_then_dead(handler: object) -> None:
            while not processes:
                time.sleep(0.01)
            processes[0].send_signal(signal.SIGKILL)
            processes[0].wait()

        one.answers = [taken_and_then_dead]
        processes.append(telling())
        assert processes[0].wait(timeout=20) == -signal.SIGKILL
        assert telling().wait(timeout=20) == 0
        assert one.ids == ["e0"], "the lease still holds"
        assert telling(LEASE).wait(timeout=20) == 0
        assert one.ids == ["e0", "e0"]
        assert one.received[0].body == one.received[1].body
        assert one.received[0].headers["webhook-timestamp"] != one.received[1].headers["webhook-timestamp"]
    assert events(store)["e0"].state == "sent"


# Over TLS


def secured(folder: Path, host: str) -> ssl.SSLContext:
    """A server's side of TLS with a certificate of its own for a host, which is left in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_over_tls_the_certificate_is_checked_for_the_name(
    sqlite_store: Store, day: OutboxClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(sqlite_store, event("e0"))
    with subscriber(secured(tmp_path, "localhost")) as one:
        subscribed(sqlite_store, one.url)
        assert carried(sqlite_store, day).put_off == 1
        assert "self-signed certificate" in events(sqlite_store)["e0"].error
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        day.move(MINUTE)
        assert carried(sqlite_store, day).sent == 1
    queued(sqlite_store, event("e1"))
    with subscriber(secured(tmp_path, "other.example")) as other:
        subscribed(sqlite_store, other.url)
        assert carried(sqlite_store, day).put_off == 1
        assert "Hostname mismatch" in events(sqlite_store)["e1"].error
    assert other.received == []


# Nobody's private machines


def test_a_name_that_is_a_private_machine_s_is_not_connected_to(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {
        "loop.example": ["127.0.0.1"],
        "cloud.example": ["169.254.169.254"],
        "both.example": ["93.184.215.14", "10.0.0.7"],
        "six.example": ["::ffff:192.168.0.1"],
    }

    def resolved(host: str, port: int, **_: object) -> list[object]:
        return [(0, 0, 0, "", (one, port)) for one in names[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    for number, host in enumerate(names):
        subscribed(sqlite_store, f"https://{host}:{shop.port}/", f"rr_{host}")
        queued(sqlite_store, event(f"e{number}", to=f"rr_{host}"))
    assert carried(sqlite_store, day, loopback=False).put_off == len(names)
    for number, host in enumerate(names):
        assert events(sqlite_store)[f"e{number}"].error.startswith(f"{host} is a machine of a private network")
    assert shop.received == []


def test_an_address_of_this_machine_kept_for_a_try_out_is_not_used_later(
    sqlite_store: Store, day: OutboxClock, shop: Subscriber
) -> None:
    queued(sqlite_store, event("e0"))
    assert carried(sqlite_store, day, loopback=False).put_off == 1
    assert "address of this machine" in events(sqlite_store)["e0"].error
    assert shop.received == []


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1"),
    ],
)
def test_private_addresses_are_known_in_every_dress(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://shop.example/", "not secured"),
        ("ftp://shop.example/", "not secured"),
        ("shop.example", "no address"),
        ("https://", "no address"),
        ("https://user:password@shop.example/", "no address"),
        ("https://shop.example/#part", "no address"),
        ("https://shop.example:99999/", "no address"),
        ("https://shop.example/a b", "no address"),
        ("https://магазин.example/", "no address"),
        ("https://shop.example/\r\nx: y", "no address"),
        ("https://shop.example/" + "x" * 2000, "no address"),
        ("https://localhost/", "this machine"),
        ("https://127.0.0.1/", "this machine"),
        ("https://[::1]/", "this machine"),
        ("https://10.0.0.1/", "private network"),
        ("https://[fc00::1]/", "private network"),
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused_with_a_sentence(url: str, says: str) -> None:
    with pytest.raises(AddressRefused, match=says):
        checked_url(url, loopback=False)


def test_for_a_try_out_this_machine_may_be_told_without_tls() -> None:
    for url in ("http://localhost:8080/events", "https://127.0.0.1/", "http://[::1]/"):
        assert checked_url(url, loopback=True) == url
    with pytest.raises(AddressRefused, match="not secured"):
        checked_url("http://shop.example/", loopback=True)
    with pytest.raises(AddressRefused, match="private network"):
        checked_url("https://10.0.0.1/", loopback=True)
    assert checked_url("https://shop.example:8443/rerail?key=1", loopback=False)
