"""`rerail client key` and `webhook` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from rerail.cli.main import main

KEY = ECKey.generate_key("P-256", {"kid": "2026"}, private=True)


@pytest.fixture
def database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    url = f"sqlite:///{tmp_path / 'rerail.db'}"
    assert main(["client", "add", "Shop", "--db", url]) == 0
    capsys.readouterr()
    return url


def test_a_key_is_added_listed_and_forgotten(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jwk, pem = tmp_path / "public.jwk", tmp_path / "public.pem"
    jwk.write_text(json.dumps(KEY.as_dict(private=False)))
    pem.write_bytes(KEY.as_pem(private=False))
    assert main(["client", "key", "Shop", "--jwk", str(jwk), "--db", database]) == 0
    assert "key 2026, for ES256." in capsys.readouterr().out
    assert main(["client", "key", "Shop", "--pem", str(pem), "--only", "--db", database]) == 0
    assert capsys.readouterr().out.endswith("Its secret is good no more.\n")
    assert main(["client", "list", "--db", database]) == 0
    assert f"    key 2026 (ES256)\n    key {KEY.thumbprint()} (ES256)\n" in capsys.readouterr().out
    assert main(["client", "key", "Shop", "--remove", "2026", "--db", database]) == 0
    main(["client", "list", "--db", database])
    assert "key 2026" not in capsys.readouterr().out.partition("believed no more")[2]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["key", "Shop", "--jwk", "nowhere.jwk"], "nowhere.jwk cannot be read: No such file or directory."),
        (["key", "Shop", "--remove", "2025"], 'Client "Shop" has no key "2025"'),
        (["key", "Shop", "--remove", "2025", "--only"], "--only goes with a key to be added"),
        (["webhook", "Nobody", "https://shop.example/"], 'There is no client "Nobody"'),
        (["webhook", "Shop", "http://shop.example/"], "begins with https://"),
        (["webhook", "Shop", "http://localhost:9/"], "an address of this machine"),
        (["webhook", "Shop", "--off"], "told nothing as it is"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    database: str, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert main(["client", *words, "--db", database]) == 1
    assert says in capsys.readouterr().err


def test_a_webhook_is_set_and_ended(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "webhook", "Shop", "https://shop.example/rerail", "--db", database]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Shop is told at https://shop.example/rerail\nsecret: whsec_")
    main(["client", "list", "--db", database])
    assert "told at https://shop.example/rerail: 0 events wait, 0 given up" in capsys.readouterr().out
    assert main(["client", "webhook", "Shop", "--again", "--db", database]) == 0
    assert capsys.readouterr().out == "0 events will be sent again while rerail serve runs.\n"
    assert main(["client", "webhook", "Shop", "--off", "--db", database]) == 0
    main(["client", "list", "--db", database])
    assert "told at" not in capsys.readouterr().out.partition("nothing more")[2]
