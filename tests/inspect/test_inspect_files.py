"""What is served for the inspector's page, and that no other page is any looser for it."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from inspecting import FILES, NOON, SCRIPTS, SHIPPED, Inspector, OpenPage
from litestar.testing import TestClient

from rerail.clock import FixedClock
from rerail.desk.opening import open_folder
from rerail.store.engine import Store
from rerail.web.app import create_app
from rerail.web.i18n import Words
from rerail.web.office.inspect_words import reader_sentences, verdict_sentences
from rerail.web.security import CONTENT_SECURITY_POLICY, INSPECTOR

WASM = FILES.address("vendor/zxing-wasm/reader/zxing_reader.wasm")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    file = tmp_path_factory.mktemp("files") / "rerail.db"
    with closing(Store(f"sqlite:///{file}")) as store:
        current = open_folder(SHIPPED, store, FixedClock(NOON), demo=False).current
        with TestClient(create_app(current)) as client:
            yield client


def test_every_file_is_kept_for_a_year_at_an_address_of_the_content_of_all(client: TestClient[Any]) -> None:
    assert len({address.split("/")[3] for address in FILES.addresses}) == 1
    for address in FILES.addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"] == (
            "application/wasm" if address.endswith(".wasm") else "text/javascript; charset=utf-8"
        )
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    for address in ("/static/inspect/000000000000/inspect.js", WASM + "x", f"{WASM}/../../LICENSE", "/static/inspect"):
        assert client.get(address).status_code == 404
    with pytest.raises(KeyError):
        FILES.address("vendor/README.md")


def test_the_reader_goes_out_compressed(client: TestClient[Any]) -> None:
    answer = client.get(WASM, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 430_000 < len(answer.content)
    assert len(gzip.compress(answer.content)) < 430_000


def test_what_is_vendored_is_what_its_note_says() -> None:
    note = (SCRIPTS / "vendor" / "README.md").read_text()
    told = dict(re.findall(r"^\| `(.+)` \| `([0-9a-f]{64})` \|$", note, re.MULTILINE))
    there = {
        file.relative_to(SCRIPTS / "vendor").as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (SCRIPTS / "vendor").rglob("*")
        if file.suffix in (".js", ".wasm")
    }
    assert told == there
    (version,) = re.findall(r"zxing-wasm\]\([^)]*\) (\d+\.\d+\.\d+)", note)
    assert f'"{version}"' in (SCRIPTS / "vendor" / "zxing-wasm" / "share.js").read_text()
    assert "MIT License" in (SCRIPTS / "vendor" / "zxing-wasm" / "LICENSE").read_text()


def test_the_inspectors_page_is_as_strict_as_the_others_but_for_scripts_and_the_camera() -> None:
    ours, others = (
        dict(part.split(" ", 1) for part in policy.split("; "))
        for policy in (INSPECTOR["content-security-policy"], CONTENT_SECURITY_POLICY)
    )
    assert {name: ours[name] for name in others} == others
    assert {name: ours[name] for name in ours.keys() - others.keys()} == {
        "script-src": "'self' 'wasm-unsafe-eval'",
        "connect-src": "'self'",
        "worker-src": "'self'",
    }
    assert "camera=(self)" in INSPECTOR["permissions-policy"]
    assert "microphone=()" in INSPECTOR["permissions-policy"]


TRIES = """async (address) => {
  const tried = (act) => Promise.resolve().then(act).then(() => "done", (error) => error.name);
  const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  return [
    await tried(() => WebAssembly.compile(empty)),
    await tried(() => import(address)),
    await tried(() => fetch("/keys")),
    await tried(() => navigator.mediaDevices.getUserMedia({ video: true })),
  ];
}"""


@pytest.mark.parametrize("path", ["/en/", "/office/sign-in"])
def test_no_other_page_may_run_a_script_or_webassembly_or_use_the_camera(open_page: OpenPage, path: str) -> None:
    tried = open_page(path).evaluate(TRIES, FILES.address("keys.js"))
    assert tried == ["CompileError", "TypeError", "TypeError", "NotAllowedError"]


def test_the_inspectors_page_may_do_these_and_still_not_run_a_text(open_page: OpenPage) -> None:
    page = open_page("/inspecting/")
    assert page.evaluate(TRIES, FILES.address("keys.js")) == ["done"] * 4
    page.evaluate("() => document.body.append(Object.assign(document.createElement('script'), { text: 'ran = 1' }))")
    assert page.evaluate("() => window.ran === undefined")


def test_nothing_is_asked_of_any_other_server(open_page: OpenPage) -> None:
    page = open_page("/inspecting/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    Inspector(page)
    page.evaluate("() => inspecting.reader.load()")
    own = page.url.removesuffix("/inspecting/")
    assert sorted(address.removeprefix(own) for address in asked) == sorted(FILES.addresses)


def test_every_code_that_the_scripts_give_has_a_sentence_and_every_sentence_a_code() -> None:
    def codes(pattern: str, *files: str) -> set[str]:
        return {code for file in files for code in re.findall(pattern, (SCRIPTS / file).read_text())}

    verdicts = codes(r'(?:because|Unreadable)\(\s*"([a-z-]+)"', "inspect.js", "ticket.js", "uper.js")
    verdicts |= codes(r'\? "([a-z-]+)" : "[a-z-]+", (?:values|\{)', "inspect.js")
    verdicts |= codes(r'\? "[a-z-]+" : "([a-z-]+)", (?:values|\{)', "inspect.js")
    assert verdict_sentences(Words("en")).keys() == verdicts
    reading = codes(r'ReaderError\("([a-z-]+)"', "reader.js") | codes(r'Error: "([a-z-]+)"', "reader.js")
    assert reader_sentences(Words("en")).keys() == reading


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_the_sentences_are_translated_with_all_their_values(language: str) -> None:
    for sentences in (verdict_sentences, reader_sentences):
        english, told = sentences(Words("en")), sentences(Words(language))
        for code, sentence in english.items():
            assert told[code] != sentence
            assert set(re.findall(r"%\(\w+\)s", told[code])) == set(re.findall(r"%\(\w+\)s", sentence)), code
