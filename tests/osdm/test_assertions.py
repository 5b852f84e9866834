"""A client that proves who it is by a key of its own (RFC 7523), and never shows it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sale.shop import Shop

from osdm.conftest import HOST, NewRetailer
from rerail.desk.client_keys import add_key, remove_key
from rerail.desk.clients import add_client, disable_client
from rerail.people.client_keys import ClientKey, read_key
from rerail.people.clients import ClientError

TOKEN = f"{HOST}/osdm/oauth/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EC = ECKey.generate_key("P-256", private=True, auto_kid=True)
RSA = RSAKey.generate_key(2048, private=True)

Keyed = Callable[..., Any]


def public_pem(key: ECKey | RSAKey) -> str:
    return key.as_pem(private=False).decode()


def assertion(shop: Shop, client: str, key: Any = EC, algorithm: str = "ES256", **claims: Any) -> str:
    now = int(shop.clock.now().timestamp())
    said = {"iss": client, "sub": client, "aud": TOKEN, "iat": now, "exp": now + 60, "jti": "one"} | claims
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": algorithm, "typ": "JWT"}, said, key, algorithms=[algorithm])


@pytest.fixture
def ask(new_retailer: NewRetailer) -> Keyed:
    http = new_retailer("Another").http

    def one(proof: str, *, headers: dict[str, str] | None = None, **form: str) -> Any:
        sent = {"grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "client_assertion": proof}
        return http.post("/osdm/oauth/token", data=sent | form, headers=headers)

    return one


@pytest.fixture
def client(shop: Shop) -> str:
    """The client_id of a client with a key on P-256 and one of RSA."""
    made = add_client(shop.store, shop.clock, "Keys").client
    add_key(shop.store, shop.clock, "Keys", json.dumps(EC.as_dict(private=False)))
    add_key(shop.store, shop.clock, "Keys", public_pem(RSA))
    return made.id


@pytest.mark.parametrize(("key", "algorithm"), [(EC, "ES256"), (RSA, "RS256")])
def test_an_assertion_gives_a_token(ask: Keyed, shop: Shop, client: str, key: Any, algorithm: str) -> None:
    answer = ask(assertion(shop, client, key, algorithm), scope="timetable")
    assert answer.status_code == 200, answer.text
    assert answer.json()["scope"] == "timetable"
    assert ask(assertion(shop, client, key, algorithm, jti="two", aud=[TOKEN]), client_id=client).status_code == 200


def test_it_is_good_once(ask: Keyed, shop: Shop, client: str) -> None:
    proof = assertion(shop, client)
    assert ask(proof).status_code == 200
    again = ask(proof)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert "has been used" in again.json()["error_description"]
    assert ask(assertion(shop, client, iat=None)).status_code == 401, "another assertion of the same jti"


def test_once_it_has_expired_its_name_may_be_used_anew(ask: Keyed, shop: Shop, client: str) -> None:
    assert ask(assertion(shop, client)).status_code == 200
    shop.clock.forward(minutes=5)
    assert ask(assertion(shop, client)).status_code == 200


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"iss": "rr_other"}, "iss is not"),
        ({"aud": "https://else.example/token"}, "aud is not"),
        ({"aud": [TOKEN, "https://else.example/token"]}, "aud is not"),
        ({"aud": None}, "aud is not"),
        ({"exp": None}, "no exp"),
        ({"exp": "soon"}, "exp is no time"),
        ({"exp": 1e300}, "exp is no time"),
        ({"jti": None}, "no jti"),
        ({"jti": 7}, "no jti"),
        ({"jti": "a\x00b"}, "no jti"),
        ({"jti": "x" * 256}, "no jti"),
    ],
)
def test_each_claim_is_looked_at(ask: Keyed, shop: Shop, client: str, claims: dict[str, Any], says: str) -> None:
    answer = ask(assertion(shop, client, **claims))
    assert answer.status_code == 401
    assert says in answer.json()["error_description"]


def test_times_are_held_against_our_clock_give_or_take_half_a_minute(ask: Keyed, shop: Shop, client: str) -> None:
    now = int(shop.clock.now().timestamp())
    cases: list[tuple[dict[str, Any], int]] = [
        ({"exp": now - 30}, 401),
        ({"exp": now - 29}, 200),
        ({"exp": now + 3630}, 200),
        ({"exp": now + 3631}, 401),
        ({"iat": now + 30}, 200),
        ({"iat": now + 31}, 401),
        ({"nbf": now + 31}, 401),
    ]
    for number, (claims, status) in enumerate(cases):
        answer = ask(assertion(shop, client, jti=f"at {number}", **claims))
        assert answer.status_code == status, (claims, answer.text)


def test_another_s_key_no_signature_and_a_secret_s_algorithm_prove_nothing(ask: Keyed, shop: Shop, client: str) -> None:
    other = ECKey.generate_key("P-256", private=True)
    proofs = [assertion(shop, client, other), assertion(shop, client)[:-4] + "AAAA"]
    head, claims, _ = assertion(shop, client).split(".")
    proofs.append(f"eyJhbGciOiJub25lIn0.{claims}.")  # {"alg":"none"}
    # The public key as the secret of an HMAC: the mistake of whoever lets the header choose.
    forged = f"eyJhbGciOiJIUzI1NiJ9.{claims}"  # {"alg":"HS256"}
    mac = hmac.digest(public_pem(RSA).encode(), forged.encode(), hashlib.sha256)
    proofs.append(f"{forged}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")
    proofs += ["", "no assertion", f"{head}.{claims}", "a.b.c", "x" * 9000, f"{head}.{'[' * 4000}.x"]
    for proof in proofs:
        answer = ask(proof)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), proof[:80]


def test_whose_it_is_must_not_be_said_in_two_ways(ask: Keyed, shop: Shop, client: str) -> None:
    assert ask(assertion(shop, client), client_id="rr_other").status_code == 401
    assert ask(assertion(shop, client), client_assertion_type="else").status_code == 401
    both = ask(assertion(shop, client), client_secret="and a secret")
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    basic = ask(assertion(shop, client), headers={"authorization": "Basic YTpi"})
    assert (basic.status_code, basic.json()["error"]) == (400, "invalid_request")
    assert ask(assertion(shop, client)).status_code == 200, "none of these used it up"


def test_a_removed_key_a_disabled_client_and_a_stranger_get_nothing(ask: Keyed, shop: Shop, client: str) -> None:
    remove_key(shop.store, shop.clock, "Keys", EC.kid or "")
    assert ask(assertion(shop, client)).status_code == 401
    assert ask(assertion(shop, client, RSA, "RS256")).status_code == 200
    disable_client(shop.store, shop.clock, "Keys")
    assert ask(assertion(shop, client, RSA, "RS256", jti="two")).status_code == 401
    assert ask(assertion(shop, "rr_nobody")).status_code == 401
    with pytest.raises(ClientError, match="has no key"):
        remove_key(shop.store, shop.clock, "Keys", "of old")


def test_with_a_key_alone_the_secret_is_good_no_more(ask: Keyed, shop: Shop, new_retailer: NewRetailer) -> None:
    added = add_client(shop.store, shop.clock, "Both")
    form = {
        "grant_type": "client_credentials",
        "client_id": added.client.id,
        "client_secret": added.secret,
    }
    http = new_retailer("Http").http
    add_key(shop.store, shop.clock, "Both", public_pem(EC))
    assert http.post("/osdm/oauth/token", data=form).status_code == 200
    add_key(shop.store, shop.clock, "Both", public_pem(EC), only=True)
    assert http.post("/osdm/oauth/token", data=form).status_code == 401
    assert http.post("/osdm/oauth/token", data=form | {"client_secret": "-"}).status_code == 401
    assert ask(assertion(shop, added.client.id)).status_code == 200


def key_of(text: str, shop: Shop) -> ClientKey:
    return read_key(text, shop.clock.now())


def test_a_key_is_kept_by_its_name_or_its_thumbprint_and_only_its_public_half(shop: Shop) -> None:
    named = key_of(json.dumps(EC.as_dict(private=False) | {"kid": "2026-11"}), shop)
    assert (named.id, named.algorithm, sorted(named.jwk)) == ("2026-11", "ES256", ["crv", "kty", "x", "y"])
    unnamed = key_of(public_pem(RSA), shop)
    assert (unnamed.id, unnamed.algorithm) == (RSA.thumbprint(), "RS256")
    assert "d" not in unnamed.jwk


def small_rsa() -> str:
    made = rsa.generate_private_key(65537, 1024).public_key()
    return made.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def other_curve() -> str:
    made = ec.generate_private_key(ec.SECP384R1()).public_key()
    return made.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (lambda: EC.as_pem(private=True).decode(), "private key"),
        (lambda: json.dumps(RSA.as_dict(private=True)), "private key"),
        (small_rsa, "1024 bits"),
        (other_curve, "P-384"),
        (lambda: json.dumps({"kty": "oct", "k": "c2VjcmV0"}), "elliptic key"),
        (
            lambda: json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
            "P-256",
        ),
        (lambda: json.dumps(EC.as_dict(private=False) | {"kid": "x" * 300}), "1 to 255"),
        (lambda: "no key at all", "no public key"),
        (lambda: "{", "no public key"),
        (lambda: "{}", "no public key"),
    ],
)
def test_what_is_no_fit_key_is_refused_with_a_sentence(shop: Shop, text: Callable[[], str], says: str) -> None:
    with pytest.raises(ClientError, match=says):
        key_of(text(), shop)
