/** What a barcode says, as rerail/ticket/barcode.py reads it; nothing is checked yet. */

import schema from "./schema.js";
import { cut, decode, Unreadable } from "./uper.js";

const CONTENT = "FCB3";
const OWN_EXTENSION = "*rerail";
const DAY = 86_400_000;

/**
 * `ticket`, and what tells who says so: `provider` and `keyId`, `algorithm` (an object identifier or undefined), the
 * `signature` (DER) and the `signed` bytes, which are those of level 1 as they stand in the code.
 *
 * Days are "2026-12-10"; instants "2026-12-10T12:00:00Z"; the times of calls are on the station's clock, with its
 * offset where the code tells it: "2026-12-10T22:00:00+10:00". Numbers of papers and dates of birth, which another
 * railway's code may carry, stay here. Throws `Unreadable`.
 */
export function read(bytes) {
  const { value: frame, spans } = decode(schema, "Frame", bytes);
  if (frame.format !== "U2") throw new Unreadable("not-a-frame");
  const { level1Data: level1, level1Signature: signature } = frame.level2SignedData;
  const formats = level1.dataSequence.map((one) => one.dataFormat);
  if (!formats.length) throw new Unreadable("no-journey");
  if (!formats.includes(CONTENT)) throw new Unreadable("other-content", { formats: formats.join(", ") });
  const content = level1.dataSequence[formats.indexOf(CONTENT)];
  const { value: said } = decode(schema, "TicketData", content.data);
  return {
    provider: numberOrLetters(level1, "securityProvider"),
    keyId: level1.keyId ?? 0,
    algorithm: level1.level1SigningAlg,
    signature: signature ?? new Uint8Array(),
    signed: cut(bytes, spans.Level1Data),
    ticket: { ...ticket(said), validUntil: end(level1) },
  };
}

function ticket(said) {
  const issuing = said.issuingDetail;
  const day = dayOf(issuing.issuingYear, issuing.issuingDay);
  const reservations = (said.transportDocument ?? []).map((one) => one.ticket[1]);
  if (!reservations.length) throw new Unreadable("no-journey");
  const [first] = reservations;
  const traveler = said.travelerDetail?.traveler?.[0] ?? {};
  const own = ownExtension(said.extension ?? []);
  const number = numberOrLetters(first, "train");
  return {
    issuer: numberOrLetters(issuing, "issuer") || numberOrLetters(issuing, "securityProvider"),
    reference: String(first.referenceIA5 ?? first.referenceNum ?? ""),
    booking: issuing.issuerPNR ?? "",
    issued: `${at(day, issuing.issuingTime)}Z`,
    specimen: issuing.specimen,
    familyName: traveler.lastName ?? "",
    givenNames: [traveler.firstName, traveler.secondName].filter(Boolean).join(" "),
    adult: !["child", "freeAddonChild"].includes(traveler.passengerType),
    train: own ? own.train : null,
    numbers: own?.numbers.length ? own.numbers : number ? [number] : [],
    serviceDate: own ? own.serviceDate : null,
    between: own ? own.between : [],
    stretches: reservations.map((one) => stretch(day, one)),
    travelClass: first.classCode === "notApplicable" ? "third" : first.classCode,
    passportCheck: said.controlDetail?.passportValidationRequired ?? false,
    info: said.controlDetail?.infoText ?? "",
  };
}

/** Which departure a ticket is for: the standard has no field for it. */
function ownExtension(extensions) {
  const found = extensions.find((one) => one.extensionId === OWN_EXTENSION);
  if (!found) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(found.extensionData);
    const [train, serviceDate, numbers, between = []] = JSON.parse(text);
    if (isText(train) && isDay(serviceDate) && areTexts(numbers) && areTexts(between)) {
      return { train, serviceDate, numbers, between };
    }
  } catch {
    // Neither letters nor JSON, which is said below.
  }
  throw new Unreadable("no-departure");
}

function stretch(issued, one) {
  const leaves = issued + one.departureDate * DAY;
  const arrives = leaves + one.arrivalDate * DAY;
  const offset = one.departureUTCOffset;
  const places = one.places ?? {};
  const numbers = [...(places.placeIA5 ?? []), ...(places.placeNum ?? []).map(String)];
  if (!numbers.length && places.placeString !== undefined) numbers.push(places.placeString);
  return {
    board: call(one, "from", at(leaves, one.departureTime) + clock(offset)),
    alight: call(
      one,
      "to",
      one.arrivalTime === undefined ? null : at(arrives, one.arrivalTime) + clock(one.arrivalUTCOffset ?? offset),
    ),
    coach: places.coach ?? null,
    places: numbers,
    description: places.placeDescription ?? "",
  };
}

function call(one, side, time) {
  const number = one[`${side}StationNum`];
  return {
    station: number === undefined ? (one[`${side}StationIA5`] ?? "") : String(number),
    uic: ["stationUIC", "stationUICReservation"].includes(one.stationCodeTable),
    name: one[`${side}StationNameUTF8`] ?? "",
    at: time,
  };
}

function end(level1) {
  if (level1.endOfValidityYear === undefined || level1.endOfValidityDay === undefined) return null;
  const day = dayOf(level1.endOfValidityYear, level1.endOfValidityDay);
  return `${at(day, level1.endOfValidityTime ?? 1439)}Z`;
}

function numberOrLetters(fields, name) {
  return String(fields[`${name}Num`] ?? fields[`${name}IA5`] ?? "");
}

/** The start of the day of this number in a year, in milliseconds of a clock that knows no zones. */
function dayOf(year, number) {
  const day = Date.UTC(year, 0, number);
  if (new Date(day).getUTCFullYear() !== year) throw new Unreadable("no-such-time", { day: number, year });
  return day;
}

/** "2026-12-10T22:00:00", so many minutes after the start of a day. */
function at(day, minutes) {
  return new Date(day + minutes * 60_000).toISOString().slice(0, 19);
}

/** "+10:00" for a clock from which -40 quarters of an hour lead to UTC; nothing for a clock that is not told. */
function clock(quarters) {
  if (quarters === undefined) return "";
  const minutes = 15 * Math.abs(quarters);
  const two = (number) => String(number).padStart(2, "0");
  return `${quarters > 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function isText(value) {
  return typeof value === "string";
}

function areTexts(value) {
  return Array.isArray(value) && value.every(isText);
}

/** Whether it is a date that there is, written "2026-12-10". */
function isDay(value) {
  if (!isText(value) || !/^\d{4}-\d\d-\d\d$/.test(value) || value < "0001") return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}
