/** Signatures: ECDSA on P-256 with SHA-256, by the keys that a site serves at /keys. */

export const SIGNING_ALGORITHM = "1.2.840.10045.4.3.2";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNED_WITH = { name: "ECDSA", hash: "SHA-256" };
const HALF = 32;

/** The key of this number that `provider` published, of a list as /keys serves it; undefined if there is none. */
export function published(keys, provider, keyId) {
  return keys.find((key) => key.issuer === provider && key.key_id === keyId);
}

/** Whether a key signed when something was issued: it is `from` on, and no more from `until`, both instants. */
export function signedAt(key, instant) {
  const at = Date.parse(instant);
  return Date.parse(key.from) <= at && at < Date.parse(key.until);
}

/** Whether the signature (DER) over `content` is this key's. Needs a page that came by https or from this machine. */
export async function verifies(key, signature, content) {
  const raw = fromDer(signature);
  if (raw === null || key.algorithm_oid !== SIGNING_ALGORITHM) return false;
  let spki;
  try {
    const octets = Uint8Array.from(atob(key.spki_der_base64), (letter) => letter.charCodeAt(0));
    spki = await crypto.subtle.importKey("spki", octets, CURVE, false, ["verify"]);
  } catch (error) {
    if (error instanceof DOMException) return false; // no key on this curve
    throw error;
  }
  return crypto.subtle.verify(SIGNED_WITH, spki, raw, content);
}

/** The two numbers of a signature side by side, as WebCrypto wants them, out of DER (RFC 3279, 2.2.3); else null. */
export function fromDer(der) {
  if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(2 * HALF);
  let at = 2;
  for (const half of [HALF, 2 * HALF]) {
    const [tag, length] = der.subarray(at, at + 2);
    const number = der.subarray(at + 2, at + 2 + length);
    if (tag !== 0x02 || number.length !== length || !isShortest(number)) return null;
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > HALF) return null;
    raw.set(digits, half - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

/** Whether a number is not negative and written with no more octets than it needs, as DER has it. */
function isShortest(number) {
  return number.length > 0 && number[0] < 0x80 && !(number.length > 1 && number[0] === 0 && number[1] < 0x80);
}
