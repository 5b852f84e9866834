"""Mail over a real SMTP server: scripts, refusals, sign-in, certificates, and what the settings may say."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from mail_server import MailServer, mail_server
from outbox_day import HOST, NOON, OutboxClock, composed, message, queued, told

from rerail.store.engine import Store
from rerail.tell.delivery import Deferred, Delivered, NotSent, Refused, Unreachable, deliver
from rerail.tell.smtp import MailSettingsError, Smtp, smtp_from

FROM = "The direct train <tickets@trains.example>"
KIM = "kim@passengers.example"


def smtp(url: str) -> Smtp:
    found = smtp_from({"RERAIL_SMTP": url, "RERAIL_MAIL_FROM": FROM})
    assert found is not None
    return found


def mail(subject: str = "Билет") -> EmailMessage:
    written = EmailMessage()
    written["Subject"] = subject
    written["To"] = KIM
    written.set_content("text")
    return written


def send(store: Store, server: MailServer) -> Delivered:
    return deliver(store, OutboxClock(), composed, smtp(f"smtp://127.0.0.1:{server.port}"), host=HOST)


def test_cyrillic_and_hangul_arrive_as_written_and_in_order(sqlite_store: Store) -> None:
    import msgspec

    subjects = ("Ваш билет на поезд 113Э", "귀하의 기차표", "Your ticket", "Билет и 기차표, " * 8 + "и обратно")
    for number, subject in enumerate(subjects):
        told_at = message(f"m{number}", at=NOON + timedelta(seconds=number - 60))
        queued(sqlite_store, msgspec.structs.replace(told_at, facts={"subject": subject}))
    with mail_server() as server:
        assert send(sqlite_store, server).sent == 4
    assert server.subjects == list(subjects)
    assert all(one.is_multipart() is False and "기차는 14:50" in one.get_content() for one in server.arrived)
    first = server.arrived[0]
    assert (first["From"], first["Message-ID"]) == (FROM, f"<m0@{HOST}>")
    assert all(octet < 128 for octet in first.as_bytes())
    assert server.recipients == [[KIM]] * 4


def test_a_server_that_defers_is_tried_again_and_its_words_are_not_kept(sqlite_store: Store) -> None:
    queued(sqlite_store, message("m0"))
    with mail_server() as server:
        server.answers["RCPT"] = lambda to: f"450 4.2.1 <{to}> is greylisted, Kim"
        assert send(sqlite_store, server).put_off == 1
        after = told(sqlite_store)["m0"]
        assert (after.state, after.error) == (
            "waiting",
            "The server does not take mail for this address (450 4.2.1).",
        )
        server.answers.clear()
        clock = OutboxClock()
        clock.instant = after.next_at
        transport = smtp(f"smtp://127.0.0.1:{server.port}")
        assert deliver(sqlite_store, clock, composed, transport, host=HOST).sent == 1
    assert server.subjects == ["Билет m0"]


def test_an_address_refused_for_good_is_given_up_and_the_next_still_leaves(sqlite_store: Store) -> None:
    queued(sqlite_store, message("m0", to="nobody@passengers.example"), message("m1"))
    with mail_server() as server:
        server.answers["RCPT"] = lambda to: "550 5.1.1 no such user" if to.startswith("nobody") else "250 ok"
        done = send(sqlite_store, server)
    assert (done.given_up, done.sent, server.subjects) == (1, 1, ["Билет m1"])
    after = told(sqlite_store)["m0"]
    assert (after.state, after.tries) == ("given-up", 1)
    assert after.error == "The server does not take mail for this address (550 5.1.1)."


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        ("DATA", "451 4.3.0 try later", Deferred),
        ("DATA", "554 5.7.1 looks like spam", Refused),
        ("MAIL", "550 5.7.1 you may not", Unreachable),
        ("MAIL", "552 5.3.4 too big", Refused),
        ("RCPT", "421 4.3.2 going down", Unreachable),
    ],
)
def test_each_refusal_is_taken_for_what_it_says(command: str, answer: str, failure: type[NotSent]) -> None:
    with mail_server() as server:
        transport = smtp(f"smtp://127.0.0.1:{server.port}")
        server.answers[command] = lambda _word: answer
        with pytest.raises(NotSent, match=answer[:3]) as raised:
            transport.send(mail(), KIM)
        assert type(raised.value) is failure
        server.answers.clear()
        transport.send(mail("after it"), KIM)
        transport.close()
    assert server.subjects == ["after it"]


def test_nobody_listening_is_said_with_the_servers_name() -> None:
    with mail_server() as gone:
        pass
    with pytest.raises(Unreachable, match=f"127.0.0.1:{gone.port} cannot be reached .Connection refused"):
        smtp(f"smtp://127.0.0.1:{gone.port}").send(mail(), KIM)


@pytest.mark.parametrize(
    "to",
    [
        "ким@passengers.example",
        "kim@passengers.example\r\nRSET",
        "kim\x00@x",
        "Kim <kim@passengers.example>",
        "kim",
        "",
    ],
)
def test_an_address_the_server_cannot_take_is_refused_for_good(to: str) -> None:
    with mail_server() as server:
        server.answers["RCPT"] = lambda address: "250 ok" if address == KIM else "553 5.1.3 no"
        transport = smtp(f"smtp://127.0.0.1:{server.port}")
        with pytest.raises(Refused):
            transport.send(mail(), to)
        transport.send(mail("after it"), KIM)
        transport.close()
    assert server.recipients == [[KIM]]


# Sign-in and certificates


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_is_our_fault_and_not_shown() -> None:
    with mail_server(password="right") as server:
        with pytest.raises(Unreachable, match=r"does not accept our sign-in \(535") as raised:
            smtp(f"smtp://rerail:wr%2Fong@127.0.0.1:{server.port}").send(mail(), KIM)
        transport = smtp(f"smtp://rerail:right@127.0.0.1:{server.port}")
        transport.send(mail("signed in"), KIM)
        transport.close()
    assert "wr" not in str(raised.value)
    assert server.subjects == ["signed in"]


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's own certificate for 127.0.0.1, and the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "server.pem", tmp_path / "server.key"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public


@pytest.mark.parametrize("start", [True, False])
def test_only_a_certificate_somebody_vouches_for_is_trusted(
    certificate: tuple[ssl.SSLContext, Path], start: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, public = certificate
    if not start:
        monkeypatch.setenv("SSL_CERT_FILE", str(public))  # the server's own thread looks itself up when it starts
    with mail_server(tls=None if start else context, starttls=context if start else None) as server:
        url = f"smtp://127.0.0.1:{server.port}?starttls=1" if start else f"smtps://127.0.0.1:{server.port}"
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(Unreachable, match=r"self.signed certificate"):
            smtp(url).send(mail(), KIM)
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        transport = smtp(url)
        transport.send(mail("sealed"), KIM)
        transport.close()
    assert server.subjects == ["sealed"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_server_without_tls_is_not_spoken_to_in_the_clear() -> None:
    with mail_server(password="secret") as server:
        with pytest.raises(Unreachable, match="does not offer what RERAIL_SMTP asks for"):
            smtp(f"smtp://rerail:secret@127.0.0.1:{server.port}?starttls=1").send(mail(), KIM)
        assert server.arrived == []


# Settings


def test_without_a_server_messages_stay_in_the_outbox() -> None:
    assert smtp_from({}) is None
    assert smtp_from({"RERAIL_SMTP": " ", "RERAIL_MAIL_FROM": FROM}) is None


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("smtp://mail.example", ("mail.example", 25, "none")),
        ("smtp://mail.example?starttls=1", ("mail.example", 587, "starttls")),
        ("smtp://u:p@mail.example:2525/?starttls=1", ("mail.example", 2525, "starttls")),
        ("smtps://u:p%40ss@mail.example", ("mail.example", 465, "tls")),
        ("smtp://u:p@localhost:2525", ("localhost", 2525, "none")),
    ],
)
def test_an_address_of_a_server_says_where_and_how(url: str, where: tuple[str, int, str]) -> None:
    server = smtp(url).server
    assert (server.host, server.port, server.security) == where


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mail.example:25", "no address of a mail server"),
        ("http://mail.example", "no address of a mail server"),
        ("smtp://", "no address of a mail server"),
        ("smtp://mail.example:99999", "no address of a mail server"),
        ("smtp://mail.example?starttls=yes", "no address of a mail server"),
        ("smtp://mail.example?tls=1", "no address of a mail server"),
        ("smtp://rerail@mail.example", "a user or a password, but not both"),
        ("smtp://rerail:hush@mail.example", "its password in the clear"),
    ],
)
def test_settings_that_cannot_be_used_say_why_and_no_password(url: str, sentence: str) -> None:
    with pytest.raises(MailSettingsError, match=sentence) as raised:
        smtp(url)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("sender", ["", "tickets", "a@b.example, c@d.example", "x@y.example\r\nBcc: z@y.example"])
def test_who_writes_must_be_one_address(sender: str) -> None:
    with pytest.raises(MailSettingsError, match="RERAIL_MAIL_FROM"):
        smtp_from({"RERAIL_SMTP": "smtp://mail.example", "RERAIL_MAIL_FROM": sender})
