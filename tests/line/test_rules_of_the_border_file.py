"""border.toml: who gets a list, what is asked of whom, how fast a control works, how long data is kept."""

# ruff: noqa: E501 - the rows of a table of cases stay rows

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from small_line import FOLDER, SELLING, SmallLine

from rerail.cli import check as check_command
from rerail.line.border import EntryRule
from rerail.line.folder import lapsing, load, load_files, read_files
from rerail.line.model import Provenance

BORDER = "border.toml"
CONTROL = 'id = "russian-control"'
"""In the first authority, which is for both directions and all trains."""


@pytest.fixture
def asked(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path, SELLING)


def rule_of(asked: SmallLine, name: str) -> EntryRule:
    border = asked.load().border
    assert border is not None
    return next(rule for rule in border.rules if rule.id == name)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_without_the_file_asks_nobody_for_anything(tmp_path: Path) -> None:
    assert SmallLine(tmp_path, FOLDER).load().border is None


def test_an_authority_that_says_little_gets_a_page_that_somebody_prints(asked: SmallLine) -> None:
    asked.add(
        BORDER,
        '[[authority]]\nid = "customs"\nnames = { en = "Customs", ru = "Таможня" }\ncrossing = "khasan-tumangang"\nrailway = "rzd"\nlanguage = "ru"\n',
    )
    border = asked.load().border
    assert border is not None
    assert [*border.authorities] == ["russian-control", "korean-control", "rason-list", "customs"]
    customs = border.authorities["customs"]
    assert (customs.kind, customs.trains, customs.towards, customs.minutes) == ("control", None, None, None)
    assert (customs.asks, customs.formats, customs.channels, customs.plain_mail) == ((), ("pdf",), (), False)


def test_what_is_written_is_what_other_rooms_see(asked: SmallLine) -> None:
    border = asked.load().border
    assert border is not None
    named = border.authorities["rason-list"]
    assert (named.kind, named.railway, named.trains, named.towards) == ("named-list", "ksr", ("direct",), ("ksr",))
    assert (named.minutes, named.formats, named.channels) == (2880, ("csv", "pdf"), ("folder",))
    assert named.names == {"en": "Rason, named list", "ru": "Расон, именной список"}
    assert [(one.trains, one.minutes) for one in border.collections] == [(("direct", "direct-back"), 4320)]
    validation = rule_of(asked, "special-validation")
    assert (validation.start, validation.until, validation.issuers) == (date(2025, 1, 1), None, ("FRA",))
    assert (border.clearings[0].booths, border.clearings[0].minutes, border.clearings[0].walk_minutes) == (4, 1.5, 0.0)
    assert (border.guidances[0].documents, border.guidances[0].returned_minutes) == ("conductor", 30)
    assert border.guidances[1].text == {}
    assert border.keeping is not None
    assert (border.keeping.documents_days, border.keeping.lists_days, border.keeping.names_days) == (7, 30, 365)


def test_what_comes_back_to_somebody_refused(asked: SmallLine) -> None:
    border = asked.load().border
    assert border is not None
    assert border.refusal is None
    border = asked.add(BORDER, "[refusal]\npercent = 50\n").load().border
    assert border is not None
    assert border.refusal is not None
    assert (border.refusal.percent, border.refusal.later_percent) == (50, 100)
    assert border.refusal.illustrative("percent")
    problem = asked.replace(BORDER, "percent = 50\n", "percent = 101\n").error()
    assert (problem.rule, problem.path) == ("value", "refusal.percent")


def test_germany_is_read_under_both_its_codes(asked: SmallLine) -> None:
    assert rule_of(asked, "visa").nationalities == ("CHN", "MNG", "D")


def test_every_rule_carries_its_source_and_what_it_only_illustrates(asked: SmallLine) -> None:
    old = 'kind = "not-valid"\nuntil = 2026-09-01\ndated = 2025-05-14'
    asked.replace(
        BORDER,
        old,
        'kind = "not-valid"\nuntil = 2026-09-01\ndated = { value = 2025-05-14, illustrative = true }\nsource = "S7"',
    )
    rule = rule_of(asked, "us-passports")
    assert rule.provenance == Provenance(("S7",))
    assert not rule.illustrative("until")
    assert rule.illustrative("dated")


def test_rules_that_nobody_answers_for(asked: SmallLine) -> None:
    asked.replace(BORDER, "illustrative = true\n\n[[authority]]", "[[authority]]")
    assert {problem.rule for problem in asked.problems()} == {"provenance"}
    assert ("error", "provenance", "rule[0]") in asked.rules()
    assert ("error", "provenance", "keeping") in asked.rules()


def test_the_content_of_an_edition_covers_what_the_border_asks(asked: SmallLine) -> None:
    before = asked.load()
    after = asked.replace(BORDER, "days = 180", "days = 90").load()
    assert before.content != after.content
    assert load_files(read_files(asked.folder), "kept").border == after.border
    assert asked.without(BORDER).load().content not in (before.content, after.content)


def test_an_edition_kept_before_there_was_such_a_file_still_loads(asked: SmallLine) -> None:
    files = {name: content for name, content in read_files(asked.folder).items() if name != BORDER}
    assert load_files(files, "kept").border is None


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ('kind = "named-list"\ncrossing', 'kind = "named"\ncrossing', "authority[2].kind", '"named" is none of "control", "named-list".'),
        ('"birth_date", "voucher_number"]', '"birthdate", "voucher_number"]', "authority[2].asks[2]", '"birthdate" is none of'),
        ('"birth_date", "voucher_number"]', '"nationality", "voucher_number"]', "authority[2].asks[2]", '"nationality" is listed twice.'),
        ('formats = ["csv", "pdf"]', "formats = []", "authority[2].formats", "the list has 0 of at least 1 values."),
        ('formats = ["csv", "pdf"]', 'formats = ["csv", "edifact"]', "authority[2].formats[1]", '"edifact" is none of "paxlst", "csv", "pdf".'),
        ('email = "lists@example.org"', 'email = "example.org"', "authority[1].email", '"example.org" is not an e-mail address.'),
        ('recipient = "KRBORDER"', 'recipient = "Kr_Border"', "authority[1].recipient", '"Kr_Border" is not an identification of at most 35 capitals and digits.'),
        ("minutes = 4320", 'minutes = "4320"', "collection[0].minutes", 'expected a whole number, found the text "4320".'),
        ("days = 180", "days = -1", "rule[2].days", "the number -1 is not between 0 and 3660."),
        ("until = 2026-09-01", "until = 2026-08-32", "rule[0].until", "2026-08-32 is a date that does not exist"),
        ('kind = "visa"\n', 'kind = "vise"\n', "rule[3].kind", '"vise" is none of'),
        ('documents = ["passport", "service-passport", "diplomatic-passport"]', 'documents = ["pasport"]', "rule[1].documents[0]", '"pasport" is none of'),
        ("booths = 1\n", "booths = 0\n", "clearing[4].booths", "the number 0 is not between 1 and 500."),
        ("walk_minutes = 10", "walk_minutes = -10", "clearing[4].walk_minutes", "the number -10 is not between 0 and 600."),
        ("luggage_percent = 40", "luggage_percent = 140", "clearing[3].luggage_percent", "the number 140 is not between 0 and 100."),
        ('luggage = "without"', 'luggage = "none"', "guidance[2].luggage", '"none" is none of "with", "without".'),
        ("lists_days = 30", "lists_days = 36501", "keeping.lists_days", "the number 36501 is not between 0 and 36500."),
    ],
)  # fmt: skip
def test_values_that_are_none(asked: SmallLine, old: str, new: str, path: str, message: str) -> None:
    asked.replace(BORDER, old, new)
    found = [problem.message for problem in asked.problems() if problem.path == path]
    assert found
    assert found[0].startswith(message)


@pytest.mark.parametrize("minutes", ["0", "0.01", "601", "inf", "nan"])
def test_no_control_takes_no_time_or_for_ever(asked: SmallLine, minutes: str) -> None:
    problem = asked.replace(BORDER, "booths = 1\nminutes = 1.5", f"booths = 1\nminutes = {minutes}").error()
    assert (problem.rule, problem.path) == ("value", "clearing[4].minutes")


@pytest.mark.parametrize(
    ("old", "new", "path", "meant"),
    [
        ('crossing = "khasan-tumangang"\ntrains = ["direct", "direct-back"]', 'crossing = "kasan-tumangang"\ntrains = ["direct", "direct-back"]', "collection[0].crossing", "khasan-tumangang"),
        ('trains = ["direct"]\ntowards', 'trains = ["dirct"]\ntowards', "authority[2].trains[0]", "direct"),
        ('towards = ["ksr"]', 'towards = ["kst"]', "authority[2].towards[0]", "ksr"),
        ('railway = "rzd"\nlanguage', 'railway = "rdz"\nlanguage', "authority[0].railway", "rzd"),
    ],
)  # fmt: skip
def test_what_the_file_names_is_defined(asked: SmallLine, old: str, new: str, path: str, meant: str) -> None:
    problem = asked.replace(BORDER, old, new).error_of("unknown-reference")
    assert problem.path == path
    assert problem.fix.startswith(f'Did you mean "{meant}"?')


def test_two_authorities_and_two_rules_with_one_id(asked: SmallLine) -> None:
    asked.replace(BORDER, 'id = "korean-control"', CONTROL)
    asked.replace(BORDER, 'id = "voucher"', 'id = "visa"')
    assert [(problem.rule, problem.path) for problem in asked.problems()] == [
        ("duplicate-id", "authority[1].id"),
        ("duplicate-id", "rule[6].id"),
    ]


def test_a_text_for_passengers_has_every_language_of_the_line(asked: SmallLine) -> None:
    problem = asked.replace(
        BORDER, 'text = { en = "A visa is needed.", ru = "Нужна виза." }', 'text = { en = "A visa is needed." }'
    ).error()
    assert (problem.rule, problem.path) == ("missing-language", "rule[3].text")


def test_every_authority_and_rule_says_whom_and_what_it_is_about(asked: SmallLine) -> None:
    asked.replace(BORDER, 'kind = "visa"\n', "")
    asked.replace(BORDER, 'kind = "valid-beyond"\ndays = 180', 'kind = "valid-beyond"')
    assert [(problem.rule, problem.path) for problem in asked.problems()] == [
        ("missing-key", "rule[2]"),
        ("missing-key", "rule[3]"),
    ]
    assert asked.problems()[0].message == "nothing says how long beyond the crossing a document must be valid."


# ── whose border ──────────────────────────────────────────────────────────────────────────────────────────────

THIRD = (
    '[[railway]]\nid = "cr"\nnames = { en = "C", ru = "К" }\nshort_names = { en = "C", ru = "К" }\n'
    'side = { en = "C", ru = "К" }\ncountry = "CN"\ncurrency = "CNY"\nlanguages = ["zh"]\nclock = "Asia/Shanghai"\n'
)


def test_a_railway_that_is_not_at_the_crossing(asked: SmallLine) -> None:
    asked.add("line.toml", THIRD)
    asked.replace(BORDER, 'railway = "rzd"\nlanguage', 'railway = "cr"\nlanguage')
    asked.replace(BORDER, 'towards = ["ksr"]', 'towards = ["ksr", "cr"]')
    assert [(problem.rule, problem.path, problem.message) for problem in asked.problems()] == [
        ("border-side", "authority[0].railway", '"cr" is not one of the railways of this crossing.'),
        ("border-side", "authority[2].towards[1]", '"cr" is not one of the railways of this crossing.'),
    ]


def test_an_open_border_asks_for_nothing(asked: SmallLine) -> None:
    """Inside Schengen nobody controls: a list of passengers would have no reader."""
    text = (asked.folder / "line.toml").read_text(encoding="utf-8")
    start, end = text.index("[[crossing.control]]"), text.index("[[route]]")
    asked.write("line.toml", text[:start].rstrip() + "\nopen_border = true\n\n" + text[end:])
    problems = asked.problems()
    assert {problem.rule for problem in problems} == {"border-side"}
    assert problems[0].message == 'at "khasan-tumangang", an open border, nobody controls and nobody asks for anything.'


def test_a_train_that_does_not_cross(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, 'trains = ["direct"]\ntowards', 'trains = ["direct", "suburban"]\ntowards').error()
    assert (problem.rule, problem.path) == ("border-trains", "authority[2].trains[1]")
    assert problem.message == 'the train "suburban" does not pass the crossing "khasan-tumangang".'


def test_a_train_that_crosses_the_other_way(asked: SmallLine) -> None:
    problem = asked.replace(
        BORDER, 'trains = ["direct"]\ntowards', 'trains = ["direct", "direct-back"]\ntowards'
    ).error()
    assert (problem.rule, problem.path) == ("border-trains", "authority[2].trains[1]")
    assert problem.message == 'the train "direct-back" does not pass the crossing towards "ksr".'


def test_a_train_that_goes_over_the_border_and_back(asked: SmallLine) -> None:
    asked.replace(
        "trains.toml",
        'station = "tumangang"\narrival = "14:48"\n',
        'station = "tumangang"\narrival = "14:48"\ndeparture = "15:10"\n'
        '[[train.call]]\nstation = "khasan"\narrival = "16:30"\n',
    )
    problem = asked.error_of("border-once")
    assert problem.path == "authority[2].crossing"
    assert problem.message == 'the train "shuttle" passes the crossing 2 times, and a list is of one passing.'


def test_a_second_collection_for_the_same_train(asked: SmallLine) -> None:
    asked.add(BORDER, '[[collection]]\ncrossing = "khasan-tumangang"\nminutes = 2880\n')
    assert asked.problems() == (), "one for the trains that it names, one for all others"
    asked.add(BORDER, '[[collection]]\ncrossing = "khasan-tumangang"\ntrains = ["direct"]\nminutes = 5760\n')
    problem = asked.error()
    assert (problem.rule, problem.path) == ("border-twice", "collection[2]")
    assert problem.message == 'there is already a collection for the train "direct" here (collection[0]).'


def test_a_second_clearing_of_the_same_control(asked: SmallLine) -> None:
    asked.replace(BORDER, 'trains = ["shuttle"]\nbooths', "booths")
    problem = asked.error()
    assert (problem.rule, problem.path) == ("border-twice", "clearing[4]")
    assert problem.message == "there is already a clearing for all trains here (clearing[0])."


def test_a_clearing_of_a_control_that_the_crossing_does_not_have(asked: SmallLine) -> None:
    text = (asked.folder / "line.toml").read_text(encoding="utf-8")
    control = '[[crossing.control]]\nrailway = "ksr"\nstation = "tumangang"\ntowards = "rzd"\nmode = "on-board"\nminutes = 60\n'
    asked.write("line.toml", text.replace(control, ""))
    problem = asked.error_of("border-control")
    assert problem.path == "clearing[2]"
    assert problem.message == '"ksr" has no control for travel towards "rzd" at this crossing.'


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_that_never_closes(asked: SmallLine) -> None:
    """Without a deadline of the crossing for the shuttle only the authority itself can say when."""
    asked.replace("fares.toml", '[[deadline]]\ncrossing = "khasan-tumangang"\nminutes = 120\namendments = true\n', "")
    problems = asked.problems()
    assert [(problem.rule, problem.path) for problem in problems] == [
        ("list-deadline", "authority[0]"),
        ("list-deadline", "authority[1]"),
    ]
    assert problems[0].message == "nothing says when its list closes (trains: shuttle)."
    asked.replace(BORDER, CONTROL, f"{CONTROL}\nminutes = 60")
    asked.replace(BORDER, 'id = "korean-control"', 'id = "korean-control"\ntrains = ["direct", "direct-back"]')
    assert asked.problems() == ()


def test_a_line_that_sells_nothing_any_more_still_has_lists_of_what_was_sold(asked: SmallLine) -> None:
    """They close when the train leaves, if nothing says otherwise: worth a look, no reason to refuse the folder."""
    assert asked.without("fares.toml").load().tariff is None
    assert {problem.level for problem in asked.problems()} == {"warning"}
    assert {problem.path for problem in asked.problems() if problem.rule == "list-deadline"} == {
        "authority[0]",
        "authority[1]",
    }


def test_documents_given_after_the_list_is_closed(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, "minutes = 4320", "minutes = 2000").error()
    assert (problem.rule, problem.path) == ("collection-deadline", "collection[0].minutes")
    assert problem.message == (
        'documents are given until 2000 minutes before the train leaves, and the list of "rason-list" for the train '
        '"direct" closes 2880 minutes before.'
    )
    assert asked.replace(BORDER, "minutes = 2000", "minutes = 2880").problems() == ()


def test_a_collection_for_all_trains_is_held_against_those_that_no_other_names(asked: SmallLine) -> None:
    asked.add(BORDER, '[[collection]]\ncrossing = "khasan-tumangang"\nminutes = 119\n')
    problem = asked.error()
    assert problem.path == "collection[1].minutes"
    assert problem.message.endswith('the list of "russian-control" for the train "shuttle" closes 120 minutes before.')
    assert asked.replace(BORDER, "minutes = 119", "minutes = 120").problems() == ()


def test_a_list_that_asks_for_nothing_waits_for_nobodys_documents(asked: SmallLine) -> None:
    asked.replace(
        BORDER,
        'asks = ["document_number", "nationality", "birth_date", "voucher_number"]\nminutes = 2880',
        "minutes = 9999",
    )
    assert asked.problems() == ()


def test_a_list_printed_in_no_language_of_the_line(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, 'railway = "rzd"\nlanguage = "ru"', 'railway = "rzd"\nlanguage = "rus"').error()
    assert (problem.rule, problem.path) == ("list-language", "authority[0].language")
    assert problem.message == '"rus" is not a language of this line.'
    assert problem.fix.startswith('Did you mean "ru"?')


def test_a_list_by_mail_without_an_address(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, 'email = "lists@example.org"\n', "").error()
    assert (problem.rule, problem.path) == ("list-mail", "authority[1]")
    assert problem.message == "its lists go by mail, and there is no address."


def test_passport_numbers_do_not_go_unencrypted_by_oversight(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, "plain_mail = true\n", "").error()
    assert (problem.rule, problem.path) == ("list-mail", "authority[1]")
    assert problem.message == "its lists go by mail, and there is no certificate to encrypt them for."


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Korean border control")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=365)).sign(
        key, hashes.SHA256()
    )
    return built.public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize(
    "key",
    [lambda: ec.generate_private_key(ec.SECP256R1()), lambda: rsa.generate_private_key(65537, 2048)],
    ids=["EC", "RSA"],
)
def test_a_certificate_stands_whole_in_the_file(
    asked: SmallLine, key: Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]
) -> None:
    pem = certificate(key())
    asked.replace(BORDER, "plain_mail = true", f"certificate = '''\n{pem}'''")
    border = asked.load().border
    assert border is not None
    kept = border.authorities["korean-control"].certificate
    assert kept is not None
    assert x509.load_pem_x509_certificate(kept.encode()).subject.rfc4514_string() == "CN=Korean border control"


def _der(der: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pem: pem.replace("-----END CERTIFICATE-----", ""),
        lambda pem: pem.replace("CERTIFICATE", "PRIVATE KEY"),
        lambda pem: "\n".join(line for number, line in enumerate(pem.splitlines()) if number != 2),
        lambda pem: pem.replace("\nMII", "\nII"),
        lambda pem: pem + pem,
        lambda pem: _der(b""),
        lambda pem: _der(b"\x30\x02\x05"),
        lambda pem: _der(b"\x31\x02\x05\x00"),
        lambda pem: "hello",
    ],
)  # fmt: skip
def test_a_certificate_that_was_not_copied_whole(asked: SmallLine, spoil: Callable[[str], str]) -> None:
    pem = spoil(certificate(ec.generate_private_key(ec.SECP256R1())))
    problem = asked.replace(BORDER, "plain_mail = true", f"certificate = '''\n{pem}'''").error()
    assert (problem.rule, problem.path) == ("list-certificate", "authority[1].certificate")


def test_an_id_too_long_to_name_an_authority_in_a_message(asked: SmallLine) -> None:
    asked.replace(BORDER, CONTROL, f'id = "{"russian-control-" * 2}at-khasan"')
    problem = asked.error()
    assert (problem.rule, problem.path) == ("list-recipient", "authority[0]")
    assert asked.replace(BORDER, 'language = "ru"', 'language = "ru"\nrecipient = "RUBORDER"').problems() == ()


def test_lists_and_nothing_on_how_long_they_are_kept(asked: SmallLine) -> None:
    text = (asked.folder / BORDER).read_text(encoding="utf-8")
    asked.write(BORDER, text[: text.index("[keeping]")])
    problem = asked.error()
    assert (problem.rule, problem.path) == ("keeping-missing", "")


def test_rules_alone_keep_nothing(asked: SmallLine) -> None:
    text = (asked.folder / BORDER).read_text(encoding="utf-8")
    rules = text[text.index("[[rule]]") : text.index("[[clearing]]")]
    assert asked.write(BORDER, f"illustrative = true\n{rules}").problems() == ()


# ── rules of entry ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("GER", 'Did you mean "D"?'),
        ("RU", 'Did you mean "RUS"?'),
        ("DPRK", 'Did you mean "PRK"?'),
        ("YUG", 'Did you mean "SRB" or "MNE"?'),
        ("QQQ", "Codes are those that travel documents print: RUS."),
    ],
)
def test_a_nationality_that_does_not_exist(asked: SmallLine, written: str, fix: str) -> None:
    problem = asked.replace(BORDER, '"CHN", "MNG", "DEU"', f'"CHN", "{written}"').error()
    assert (problem.rule, problem.path) == ("state-code", "rule[3].nationalities[1]")
    assert problem.message == f'no state has the code "{written}".'
    assert problem.fix == fix


def test_an_issuer_that_does_not_exist(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, 'issuers = ["USA"]', 'issuers = ["US"]').error()
    assert (problem.rule, problem.path, problem.fix) == ("state-code", "rule[0].issuers[0]", 'Did you mean "USA"?')


@pytest.mark.parametrize("until", ["2025-01-01", "2024-12-31"])
def test_a_rule_that_ends_before_it_begins(asked: SmallLine, until: str) -> None:
    problem = asked.replace(BORDER, "from = 2025-01-01", f"from = 2025-01-01\nuntil = {until}").error()
    assert (problem.rule, problem.path) == ("rule-interval", "rule[8].until")
    assert problem.message == f"the rule ends on {until}, not after its first date, 2025-01-01."


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ('documents = ["passport", "service-passport", "diplomatic-passport"]\n', "", "rule[1]", "nothing says which document is needed."),
        ('kind = "visa"\n', 'kind = "visa"\ndocuments = ["passport"]\n', "rule[3].documents", 'a rule of the kind "visa" names no documents.'),
        ('kind = "visa"\n', 'kind = "visa"\ndays = 30\n', "rule[3].days", 'a rule of the kind "visa" has no days.'),
    ],
)  # fmt: skip
def test_a_rule_with_what_its_kind_does_not_have(asked: SmallLine, old: str, new: str, path: str, message: str) -> None:
    problem = asked.replace(BORDER, old, new).error()
    assert (problem.rule, problem.path, problem.message) == ("rule-kind", path, message)


def test_a_condition_that_everybody_meets(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, 'kind = "note"', 'kind = "note"\ncondition = true').error()
    assert (problem.rule, problem.path) == ("rule-condition", "rule[10].condition")
    assert problem.message == 'a rule of the kind "note" asks for nothing, and nobody can fail to meet it.'


def test_a_condition_on_what_nobody_asks_for(asked: SmallLine) -> None:
    """Without the date of expiry on some list it is not collected, and nobody sees whose passport expires."""
    asked.replace(BORDER, "days = 180", "days = 180\ncondition = true")
    assert asked.problems() == ()
    text = (asked.folder / BORDER).read_text(encoding="utf-8")
    problem = asked.write(BORDER, text.replace('"expires", ', "")).error()
    assert (problem.rule, problem.path) == ("rule-condition", "rule[2].condition")
    assert problem.message == (
        'no authority asks for expires on the train "direct", and without it nobody sees who meets the rule.'
    )


def test_a_condition_for_one_nationality_needs_the_nationality(asked: SmallLine) -> None:
    asked.replace(BORDER, 'kind = "visa"\n', 'kind = "visa"\ncondition = true\n')
    text = (asked.folder / BORDER).read_text(encoding="utf-8").replace('"nationality", ', "")
    problem = asked.write(BORDER, text.replace(', "visa_number"]', "]")).error()
    assert problem.message.startswith('no authority asks for visa_number, nationality on the train "direct", ')


def test_a_condition_homewards_is_not_shown_by_a_list_of_the_way_out(asked: SmallLine) -> None:
    asked.replace(BORDER, 'kind = "note"', 'kind = "voucher"\ncondition = true')
    assert asked.error().message.startswith('no authority asks for voucher_number on the train "direct-back", ')


def test_a_condition_on_a_train_that_no_list_with_the_data_is_for(asked: SmallLine) -> None:
    """The named list asks for the voucher, and is for the direct train alone."""
    asked.replace(BORDER, 'trains = ["direct"]\nkind = "voucher"', 'kind = "voucher"\ncondition = true')
    assert asked.error().message.startswith('no authority asks for voucher_number on the train "shuttle", ')
    asked.replace(BORDER, 'kind = "voucher"\n', 'trains = ["direct"]\nkind = "voucher"\n')
    assert asked.problems() == ()


# ── clearing and guidance ─────────────────────────────────────────────────────────────────────────────────────


def test_luggage_that_takes_no_time(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, "luggage_minutes = 3\n", "").error()
    assert (problem.rule, problem.path) == ("clearing-luggage", "clearing[3]")
    assert problem.message == "there is luggage_percent without luggage_minutes."


def test_nobodys_luggage_that_takes_time(asked: SmallLine) -> None:
    problem = asked.replace(BORDER, "luggage_percent = 40\n", "").error()
    assert problem.message == "there is luggage_minutes without luggage_percent."


def test_documents_given_back_by_nobody(asked: SmallLine) -> None:
    problem = asked.replace(
        BORDER, 'luggage = "with"\ndocuments = "keep"', 'luggage = "with"\ndocuments = "keep"\nreturned_minutes = 30'
    ).error()
    assert (problem.rule, problem.path) == ("guidance-return", "guidance[1].returned_minutes")


# ── what ends ─────────────────────────────────────────────────────────────────────────────────────────────────

UNTIL = date(2026, 9, 1)
"""Of the rule on US passports: as last known until 31 August 2026."""


def lapsing_on(asked: SmallLine, today: date) -> list[str]:
    found = lapsing(asked.folder, asked.load(), today)
    assert {(one.level, one.rule, one.path) for one in found} <= {("warning", "as-last-known", "rule[0].until")}
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("today", "message"),
    [
        (date(2026, 7, 2), None),  # 61 days before the first day without
        (date(2026, 7, 3), "as last known until 2026-08-31, which is in 59 days."),
        (date(2026, 8, 30), "as last known until 2026-08-31, which is tomorrow."),
        (date(2026, 8, 31), "as last known until 2026-08-31, which is today."),
        (date(2026, 9, 1), "as last known until 2026-08-31, which is past."),
        (date(2030, 1, 1), "as last known until 2026-08-31, which is past."),
    ],
)
def test_a_rule_that_ends_is_reported_sixty_days_before_and_ever_after(
    asked: SmallLine, today: date, message: str | None
) -> None:
    assert lapsing_on(asked, today) == ([] if message is None else [message])


LINE = load(SELLING)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_rule_is_reported_from_sixty_days_before_its_end_on(today: date) -> None:
    assert bool(lapsing(SELLING, LINE, today)) == (today >= UNTIL - timedelta(days=60))


def test_a_rule_without_a_known_end_is_not_reported(asked: SmallLine) -> None:
    asked.replace(BORDER, "until = 2026-09-01\n", "")
    assert lapsing_on(asked, date(2199, 1, 1)) == []


def run(folder: Path, today: date, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    return check_command.run(folder, as_json, today, out), out.getvalue()


def test_the_command_warns_of_it_and_the_folder_is_still_sound(asked: SmallLine) -> None:
    assert run(asked.folder, date(2026, 1, 1)) == (0, f"{asked.folder}: nothing wrong; 7 stations, 4 trains.\n")
    status, text = run(asked.folder, UNTIL)
    assert status == 0
    assert text == (
        f"{asked.folder}/border.toml\n"
        "  warning: rule[0].until: as last known until 2026-08-31, which is past.  [as-last-known]\n"
        "      Look it up again and date it anew: until and dated.\n"
        "\n"
        f"{asked.folder}: 0 errors, 1 warning; 7 stations, 4 trains.\n"
    )


def test_the_command_lists_it_among_the_other_problems_for_machines(asked: SmallLine) -> None:
    asked.replace("line.toml", "km = 89", "km = 8.9")
    asked.write("other.toml", "")
    status, text = run(asked.folder, UNTIL, as_json=True)
    assert status == 0
    assert [(one["level"], one["rule"], one["path"]) for one in json.loads(text)] == [
        ("warning", "unknown-file", ""),
        ("warning", "straight-line", "section[0].km"),
        ("warning", "as-last-known", "rule[0].until"),
    ]


def test_a_folder_with_an_error_is_not_asked_what_ends(asked: SmallLine) -> None:
    status, text = run(asked.replace("line.toml", "km = 22", 'km = "22"').folder, UNTIL)
    assert status == 1
    assert "as-last-known" not in text
