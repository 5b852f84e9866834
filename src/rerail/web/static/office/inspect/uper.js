/**
 * Reads unaligned PER (ITU-T X.691), as far as tickets need it, by a schema that rerail/ticket/inspection.py makes.
 *
 * A code holds less than 2,000 bytes, so lengths from 16,384 on, which come in fragments, run out of data here.
 */

/** These bytes cannot be read: `code` says why, `values` what the sentence for it names. */
export class Unreadable extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/**
 * The value of `bytes` as the schema's shape `name`, and where in it each named shape stood last: [from, to) in bits.
 *
 * Sequences become objects, lists arrays, a choice [name, value], octets a Uint8Array; a whole number is a Number,
 * or a BigInt where a Number would not hold it exactly. Throws `Unreadable`.
 */
export function decode(schema, name, bytes) {
  const reading = new Reading(schema, new Bits(bytes));
  return { value: reading.read(name, name), spans: reading.spans };
}

/** The bits [from, to) of `bytes` as bytes of their own, filled up with zeros: how a part is encoded alone. */
export function cut(bytes, [from, to]) {
  const bits = new Bits(bytes, from);
  const alone = new Uint8Array(Math.ceil((to - from) / 8));
  for (let octet = 0; octet < alone.length; octet++) {
    const count = Math.min(8, to - bits.at);
    alone[octet] = bits.number(count) << (8 - count);
  }
  return alone;
}

class Bits {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  bit() {
    if (this.at >= this.bytes.length * 8) throw new Unreadable("not-a-frame");
    const octet = this.bytes[this.at >> 3];
    return (octet >> (7 - (this.at++ & 7))) & 1;
  }

  /** A number without a sign, of at most 53 bits. */
  number(count) {
    let value = 0;
    for (; count > 0; count--) value = value * 2 + this.bit();
    return value;
  }

  octets(count) {
    if (this.at + 8 * count > this.bytes.length * 8) throw new Unreadable("not-a-frame");
    return Uint8Array.from({ length: count }, () => this.number(8));
  }

  /** A length without bounds (11.9.3.5 to 11.9.3.7). */
  length() {
    if (!this.bit()) return this.number(7);
    if (!this.bit()) return this.number(14);
    throw new Unreadable("not-a-frame"); // fragments
  }

  /** How many additions a sequence may have (11.9.3.4). */
  additions() {
    return this.bit() ? this.length() : this.number(6) + 1;
  }
}

class Reading {
  constructor(schema, bits) {
    this.schema = schema;
    this.bits = bits;
    this.spans = {};
  }

  /** A value of this shape; `field` is what it is called where it stands. */
  read(shape, field) {
    if (typeof shape === "string") {
      const from = this.bits.at;
      const value = this.read(this.schema[shape], field);
      this.spans[shape] = [from, this.bits.at];
      return value;
    }
    const [kind, ...rest] = shape;
    return this[kind](field, ...rest);
  }

  sequence(field, grows, members) {
    const grown = grows && this.bits.bit();
    const missing = members.filter(([, , mode]) => mode && !this.bits.bit());
    const value = {};
    for (const member of members) {
      const [name, shape, mode, preset] = member;
      if (!missing.includes(member)) value[name] = this.read(shape, name);
      else if (mode === "default") value[name] = preset;
    }
    if (grown) this.skipAdditions();
    return value;
  }

  /** What a later version added to a sequence says itself how long it is. */
  skipAdditions() {
    const present = Array.from({ length: this.bits.additions() }, () => this.bits.bit());
    for (const bit of present) if (bit) this.bits.octets(this.bits.length());
  }

  choice(field, grows, members) {
    if (grows && this.bits.bit()) throw new Unreadable("part-not-read", { part: field });
    const member = members[this.bits.number(width(members.length))];
    if (!member) throw new Unreadable("not-a-frame");
    return [member[0], this.read(member[1], member[0])];
  }

  enumerated(field, grows, names) {
    if (grows && this.bits.bit()) throw new Unreadable("part-not-read", { part: field });
    const name = names[this.bits.number(width(names.length))];
    if (name === undefined) throw new Unreadable("not-a-frame");
    return name;
  }

  list(field, shape) {
    return Array.from({ length: this.bits.length() }, () => this.read(shape, field));
  }

  integer(field, least, most) {
    if (least !== undefined) {
      const value = least + this.bits.number(width(most - least + 1));
      if (value > most) throw new Unreadable("not-a-frame");
      return value;
    }
    const octets = this.bits.octets(this.bits.length());
    if (octets.length === 0) throw new Unreadable("not-a-frame");
    const value = octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
    const signed = BigInt.asIntN(8 * octets.length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  boolean() {
    return this.bits.bit() === 1;
  }

  octets() {
    return this.bits.octets(this.bits.length());
  }

  oid() {
    const octets = this.octets();
    if (octets.length === 0 || octets[octets.length - 1] & 0x80) throw new Unreadable("not-a-frame");
    const numbers = [];
    let number = 0n;
    for (const octet of octets) {
      number = (number << 7n) | BigInt(octet & 0x7f);
      if (octet & 0x80) continue;
      if (numbers.length) numbers.push(number);
      else numbers.push(...firstTwo(number));
      number = 0n;
    }
    return numbers.join(".");
  }

  ia5(field, least, most) {
    const length = least === undefined ? this.bits.length() : least + this.bits.number(width(most - least + 1));
    if (length > most) throw new Unreadable("not-a-frame");
    return Array.from({ length }, () => String.fromCharCode(this.bits.number(7))).join("");
  }

  utf8() {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.octets());
    } catch (error) {
      if (error instanceof Unreadable) throw error;
      throw new Unreadable("not-a-frame");
    }
  }

  /** Something that the description does not go into: from here on every bit would be a guess. */
  null(field) {
    throw new Unreadable("part-not-read", { part: field });
  }
}

/** Bits that tell so many apart. */
function width(count) {
  return 32 - Math.clz32(count - 1);
}

/** The first two numbers of an object identifier share one (X.690, 8.19.4). */
function firstTwo(number) {
  const first = number < 80n ? number / 40n : 2n;
  return [first, number - 40n * first];
}
