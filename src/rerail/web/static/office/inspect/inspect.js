/** Is this ticket good, for this train, on this date, here? As rerail/ticket/verify.py says it, without a network. */

import { published, SIGNING_ALGORITHM, signedAt, verifies } from "./keys.js";
import { read } from "./ticket.js";
import { Unreadable } from "./uper.js";

/**
 * What the code's bytes are worth.
 *
 * asked.keys       the list that /keys serves
 * asked.train      the train's id, or its number on any of its railways
 * asked.date       its service date, "2026-12-10": the date at its first call
 * asked.station    id, UIC code or name of where the train stands or which it has just left
 * asked.calls      if it is known where `train` calls on `date`: [{id, names: {en: …}, codes: {uic: …}}, …]; without
 *                  it only those stations are known that the ticket tells
 * asked.givenBack  references of tickets given back, as of the last list; without it nobody was asked
 * asked.now        a Date, to say whether the code itself has ended
 *
 * All but `keys` may be left out or null. The answer:
 *
 * verdict          "valid", "wrong-train", "wrong-date", "wrong-stretch", "refunded", "forged", "unknown-key",
 *                  "specimen" or "unreadable"
 * reason           null if it is valid, else {code, values}: the sentence of `code` has a place for each value
 * ticket           what it says (ticket.js), if it is who it pretends to be from; else null, so that nothing of a
 *                  forged ticket is shown. Besides: `from` and `to`, `here` (the only one of `stretches`, or the
 *                  one that is good at `station`, or null if that cannot be told), its `coach` and `place`
 * givenBackAsked   whether the list was looked into
 * ended            whether the code's own time is over (a day after the planned arrival); no verdict, because
 *                  trains are late
 */
export async function verify(bytes, asked) {
  let code;
  try {
    code = read(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return told("unreadable", error);
    throw error;
  }
  const distrust = await whyNotTrusted(code, asked.keys);
  if (distrust) return told(distrust.code === "no-key" ? "unknown-key" : "forged", distrust);
  const [verdict, reason] = judged(code.ticket, asked);
  return told(verdict, reason, {
    ticket: shown(code.ticket, asked),
    givenBackAsked: Boolean(asked.givenBack),
    ended: Boolean(asked.now && code.ticket.validUntil) && asked.now > new Date(code.ticket.validUntil),
  });
}

/** The sentence for a reason, out of those that the page was given: "%(train)s" is where its train goes. */
export function sentence(reason, sentences) {
  return sentences[reason.code].replace(/%\((\w+)\)s/g, (_, name) => String(reason.values[name]));
}

function told(verdict, reason = null, more = {}) {
  const why = reason && { code: reason.code, values: reason.values };
  return { verdict, reason: why, ticket: null, givenBackAsked: false, ended: false, ...more };
}

function because(code, values = {}) {
  return { code, values };
}

async function whyNotTrusted({ provider, keyId, algorithm, signature, signed, ticket }, keys) {
  const values = { key: keyId, issuer: provider || "?" };
  const key = published(keys, provider, keyId);
  if (!key) return because("no-key", values);
  if (![undefined, SIGNING_ALGORITHM].includes(algorithm) || !(await verifies(key, signature, signed))) {
    return because("not-its-signature", values);
  }
  if (!signedAt(key, ticket.issued)) {
    return because("not-when-it-signed", { ...values, issued: ticket.issued.slice(0, 16).replace("T", " ") });
  }
  return null;
}

function judged(ticket, { train, date, station, calls, givenBack }) {
  if (givenBack && new Set(givenBack).has(ticket.reference)) {
    return ["refunded", because("given-back", { reference: ticket.reference })];
  }
  if (train != null && ![ticket.train, ...ticket.numbers].some((one) => one !== null && alike(one, train))) {
    const known = ticket.train ?? ticket.numbers.join("/");
    return ["wrong-train", because(known ? "another-train" : "train-not-told", { known, train })];
  }
  const day = ticket.serviceDate ?? ticket.stretches[0].board.at.slice(0, 10);
  if (date != null && day !== date) return ["wrong-date", because("another-date", { known: day, date })];
  const elsewhere = station == null ? null : whyNotHere(ticket, station, calls);
  if (elsewhere) return ["wrong-stretch", elsewhere];
  return ticket.specimen ? ["specimen", because("specimen")] : ["valid", null];
}

function whyNotHere(ticket, station, calls) {
  const [{ board }] = ticket.stretches;
  const { alight } = ticket.stretches.at(-1);
  const values = { from: named(board), to: named(alight), station };
  if (calls) {
    const here = places(calls, (call) => isCalled(call, station));
    if (!here.length) return because("no-call-here", values);
    return isWithin(here, board, alight, calls) ? null : because("not-from-here", values);
  }
  if (ticket.stretches.some((one) => goesBy(one.board, station)) || ticket.between.includes(folded(station))) return null;
  return because(goesBy(alight, station) ? "ends-here" : "not-told-here", values);
}

/** What the ticket says, with the stretch that is good where the inspector stands. */
function shown(ticket, { station, calls }) {
  const { stretches } = ticket;
  const here = stretches.length === 1 ? stretches[0] : stretchAt(stretches, station, calls);
  return {
    ...ticket,
    from: named(stretches[0].board),
    to: named(stretches.at(-1).alight),
    here,
    coach: here ? here.coach : null,
    place: here ? here.places.join(", ") : null,
  };
}

function stretchAt(stretches, station, calls) {
  if (station == null) return null;
  if (!calls) return stretches.find((one) => goesBy(one.board, station)) ?? null;
  const here = places(calls, (call) => isCalled(call, station));
  return stretches.find((one) => isWithin(here, one.board, one.alight, calls)) ?? null;
}

/** Whether one of the places `here` along the calls lies from where one boards up to before where one alights. */
function isWithin(here, board, alight, calls) {
  const starts = places(calls, (call) => isSame(board, call));
  const ends = places(calls, (call) => isSame(alight, call));
  return here.some((place) => starts.some((start) => start <= place) && ends.some((end) => place < end));
}

function places(calls, fits) {
  return [...calls.keys()].filter((place) => fits(calls[place]));
}

/** Whether a call of the ticket goes by this name. */
function goesBy({ station, name }, asked) {
  return alike(station, asked) || alike(name, asked);
}

/** Whether a call of the ticket is this station of the line. */
function isSame({ station, uic }, call) {
  return (uic ? call.codes.uic : call.id) === station;
}

/** Whether a station of the line goes by this name. */
function isCalled({ id, names, codes }, asked) {
  return [id, ...Object.values(names), ...Object.values(codes)].some((one) => alike(one, asked));
}

function named({ name, station }) {
  return name || station;
}

function alike(one, other) {
  return folded(one) === folded(other);
}

/** Without regard to capitals, "ß" as "ss": what Python calls casefold. */
function folded(text) {
  return text.toUpperCase().toLowerCase();
}
