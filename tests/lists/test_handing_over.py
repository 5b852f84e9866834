"""Lists on their way: into a folder and by mail, once each, whoever dies in between; and what comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from msgspec.structs import replace
from sale.shop import NOON, OUT, adult
from tell.mail_server import mail_server

from lists.border_shop import CLOSED, KOREAN, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_life_of_a_list import said, shown
from rerail.border.cusres import NotCusres
from rerail.border.errors import NotThere
from rerail.border.filings import LEASE
from rerail.border.model import Manifest
from rerail.border.paxlst import control_reference
from rerail.desk.letters import Letters
from rerail.desk.list_mail import Post, list_mail
from rerail.line.border import Authority
from rerail.tell.delivery import Refused, deliver
from rerail.tell.smtp import smtp_from

TESTS = Path(__file__).parent.parent
NUMBER = "715000123"


def contents(shop: BorderShop) -> dict[str, bytes]:
    """Every file in every authority's folder."""
    return {str(file): file.read_bytes() for file in (shop.home / "lists").glob("*/*") if file.is_file()}


def process(database_url: str, shop: BorderShop, stop: str) -> subprocess.Popen[str]:
    script = str(Path(__file__).with_name("deliver_process.py"))
    command = [sys.executable, script, database_url, str(shop.home), shop.clock.now().isoformat(), stop]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_killed_between_putting_it_there_and_noting_it_a_list_is_there_once(
    shop: BorderShop, database_url: str
) -> None:
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.clock.turn(CLOSED)
    shop.border.close_due()
    dying = process(database_url, shop, "stop")
    assert dying.stdout is not None
    assert dying.stdout.readline() == "put\n"
    dying.send_signal(signal.SIGKILL)
    dying.wait()
    before = contents(shop)
    assert before, "something was put there"
    shop.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert process(database_url, shop, "go").wait(timeout=60) == 0
    after = contents(shop)
    assert before.items() <= after.items(), "the same files, byte for byte"
    names = [Path(one).name for one in after]
    assert len(names) == len(set(names))
    assert [len(shop.files(one)) for one in ("russian-border-control", "korean-border-control")] == [3, 2]
    assert {one.state for one in shop.border.lists(OUT_KEY)} == {"sent"}


def test_two_processes_deliver_each_version_once(shop: BorderShop, database_url: str) -> None:
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.border.close_due()
    running = [process(database_url, shop, "go") for _ in range(2)]
    assert [one.wait(timeout=60) for one in running] == [0, 0]
    from rerail.people.tables import read_events

    with shop.store.read() as connection:
        sent = [event.details["list"] for event in read_events(connection, most=50) if event.act == "list-sent"]
    assert len(sent) == len(set(sent)) >= 3


def test_a_folder_that_cannot_be_written_is_tried_again_and_says_why(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    (shop.home / "lists").write_text("a file where the folder should be")
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    waiting = shown(shop, RUSSIAN)
    assert (waiting.state, waiting.deliveries[0].tries) == ("closed", 1)
    assert waiting.deliveries[0].error
    (shop.home / "lists").unlink()
    shop.clock.forward(minutes=2)
    shop.round()
    assert shown(shop, RUSSIAN).state == "sent"


def test_an_amendment_waits_until_the_list_before_it_is_there(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    (shop.home / "lists").write_text("a file where the folder should be")
    booking = shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    shop.papers(booking, passport())
    shop.round()
    states = [(one.version, one.tries) for one in shown(shop, RUSSIAN).deliveries]
    assert states == [(1, 1), (2, 0)]


def test_files_in_the_folder_are_their_owners_alone(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    folder = shop.home / "lists" / "russian-border-control"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


# By mail


@contextmanager
def certified(tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """An authority's certificate (PEM), and the files with it and its private key."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "border control")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "authority.pem").write_bytes(pem)
    (tmp_path / "authority.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    yield pem.decode(), tmp_path / "authority.pem", tmp_path / "authority.key"


def closed_list(shop: BorderShop) -> tuple[Manifest, Authority]:
    booking = shop.buy(OUT, passengers=[adult("Щербакова", "Юлия")])
    shop.papers(booking, passport(NUMBER, "SHCHERBAKOVA", "IULIIA"))
    shop.clock.turn(CLOSED)
    shop.border.close_due()
    return said(shop, RUSSIAN), shown(shop, RUSSIAN).authority


def test_a_mail_is_sealed_for_its_authority_and_openssl_opens_it(sqlite_shop: BorderShop, tmp_path: Path) -> None:
    manifest, authority = closed_list(sqlite_shop)
    with certified(tmp_path) as (pem, certificate, key):
        mail = list_mail(manifest, replace(authority, certificate=pem))
        assert NUMBER.encode() not in mail.as_bytes()
        assert b"SHCHERBAKOVA" not in mail.as_bytes()
        (tmp_path / "mail.eml").write_bytes(mail.as_bytes(policy=policy.SMTP))
        opened = subprocess.run(
            ["openssl", "smime", "-decrypt", "-in", tmp_path / "mail.eml", "-recip", certificate, "-inkey", key],
            capture_output=True,
            check=True,
        ).stdout
    inner = message_from_bytes(opened, policy=policy.default)
    attached = [part.get_content() for part in inner.iter_attachments()]
    texts = [one if isinstance(one, bytes) else one.encode() for one in attached]
    assert len(texts) == 3
    assert any(NUMBER.encode() in one for one in texts)


def test_without_a_certificate_nothing_is_mailed_unless_the_folder_allows_it(sqlite_shop: BorderShop) -> None:
    manifest, authority = closed_list(sqlite_shop)
    with pytest.raises(Refused):
        list_mail(manifest, authority)
    plain = list_mail(manifest, replace(authority, plain_mail=True))
    assert len(list(plain.iter_attachments())) == 3


def by_mail(shop: BorderShop, certificate: str) -> None:
    """From now on lists go by mail."""
    way = f"""channels = ["mail"]
email = "control@border.example"
certificate = '''
{certificate}'''"""
    shop.edition(("border.toml", 'channels = ["folder"]', way))


def test_a_list_by_mail_leaves_through_the_outbox_under_one_message_id(sqlite_shop: BorderShop, tmp_path: Path) -> None:
    shop = sqlite_shop
    with certified(tmp_path) as (pem, _, _):
        by_mail(shop, pem)
        shop.buy(OUT)
        shop.clock.turn(CLOSED)
        shop.border.close_due()
        assert shown(shop, RUSSIAN).state == "closed"
        post = Post(Letters(shop.selling, specimen=lambda: True), shop.border)
        with mail_server() as server:
            smtp = smtp_from(
                {"RERAIL_SMTP": f"smtp://127.0.0.1:{server.port}", "RERAIL_MAIL_FROM": "lists@trains.example"}
            )
            assert smtp is not None
            deliver(shop.store, shop.clock, post.compose, smtp, host="trains.example")
        mails = [one for one in server.arrived if "pkcs7-mime" in one["Content-Type"]]
        assert {str(one["To"]) for one in mails} == {"control@border.example"}
        assert f"<crossing-list-{control_reference(RUSSIAN, 1)}@trains.example>" in {one["Message-ID"] for one in mails}
        assert shown(shop, RUSSIAN).state == "sent"


# What comes back


def cusres(reference: str, *, accepted: bool = True, text: str = "", own: str = "A1") -> bytes:
    """An answer as an authority's system writes it."""
    function = "6" if accepted else "27"
    segments = [
        "UNB+UNOA:4+RUBORDER+RERAIL+261210:1300+" + own,
        "UNH+1+CUSRES:D:12B:UN:IATA",
        f"BGM+132+X+{function}",
        f"RFF+TN:{reference}",
        *(["ERP+1", "ERC+118::ZZZ", f"FTX+AAO+++{text}"] if text else []),
    ]
    segments += [f"UNT+{len(segments)}+1", f"UNZ+1+{own}"]
    return ("UNA:+.? '" + "'".join(segments) + "'").encode()


def test_an_answer_put_into_the_folder_is_taken_once(shop: BorderShop) -> None:
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    inbox = shop.home / "lists" / "russian-border-control" / "receipts"
    inbox.mkdir()
    for name in ("one.edi", "again.edi"):
        (inbox / name).write_bytes(cusres(control_reference(RUSSIAN, 1)))
        shop.round()
    assert shown(shop, RUSSIAN).state == "received"
    assert len(shown(shop, RUSSIAN).kept.receipts) == 1  # type: ignore[union-attr]
    assert sorted(file.name for file in (inbox / "read").iterdir()) == ["again.edi", "one.edi"]


def test_an_answer_that_refuses_somebody_who_is_not_on_the_list_is_for_a_person_to_look_at(
    sqlite_shop: BorderShop,
) -> None:
    shop = sqlite_shop
    ticket = f"{shop.buy(OUT).code}-1"
    shop.clock.turn(CLOSED)
    shop.round()

    def answer(whom: str, code: str, own: str) -> bytes:
        plain = cusres(control_reference(RUSSIAN, 1), own=own).decode()
        return plain.replace("UNT+4+1", f"ERP+2'RFF+ABO:{whom}'ERC+{code}'UNT+7+1").encode()

    assert shop.border.take_cusres(answer(ticket, "1", "B1")) == (RUSSIAN, True)
    assert shop.border.take_cusres(answer("K7MP4XQ2-1", "0", "B2")) == (RUSSIAN, True)
    assert shown(shop, RUSSIAN).state == "received"
    assert shop.border.take_cusres(answer("K7MP4XQ2-1", "1", "B3")) == (RUSSIAN, False)
    assert shown(shop, RUSSIAN).state == "refused"


def test_an_answer_that_cannot_be_read_is_set_aside_and_holds_up_nothing(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    inbox = shop.home / "lists" / "russian-border-control" / "receipts"
    inbox.mkdir()
    (inbox / "a.edi").write_bytes(b"no message at all")
    (inbox / "b.edi").write_bytes(cusres(control_reference(RUSSIAN, 1)))
    shop.round()
    assert shown(shop, RUSSIAN).state == "received"
    shop.round()  # it is no other than a minute ago: nobody is still writing it
    assert [file.name for file in (inbox / "unreadable").iterdir()] == ["a.edi"]


def test_an_answer_to_nothing_of_ours_is_refused(sqlite_shop: BorderShop) -> None:
    with pytest.raises(NotThere, match="no list of ours"):
        sqlite_shop.border.take_cusres(cusres("ABCDEFGHIJ0001"))
    with pytest.raises(NotCusres):
        sqlite_shop.border.take_cusres(b"hello")


def test_a_list_that_the_authority_does_not_take_is_refused_and_says_why(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    key, accepted = shop.border.take_cusres(
        cusres(control_reference(KOREAN, 1), accepted=False, text="BIRTH DATE MISSING")
    )
    assert (key, accepted) == (KOREAN, False)
    assert shown(shop, KOREAN).state == "refused"
    assert "BIRTH DATE MISSING" in shown(shop, KOREAN).kept.receipts[0].text  # type: ignore[union-attr]
