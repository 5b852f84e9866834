/** The inspector's page: reads a ticket's code, says what it is worth, and marks its passenger on board. */

import { Border } from "./border.js";
import { guardSigningOut, keepPages, Line, night, toldByThePage } from "./page.js";
import { clockAt, filled, isSo, standing } from "./stand.js";

night(); // before anything is waited for
const told = toldByThePage();
const { words, inspector } = told;
const border = new Border(told, show);
const line = new Line(border);
const [{ sentence, verify }, { readPicture, ReaderError, startCamera }] = await Promise.all(
  [inspector.inspect, inspector.reader].map((address) => import(address)),
);

const byId = (id) => document.getElementById(id);
const verdict = byId("verdict");
const aboard = verdict.querySelector("[data-aboard]");
let camera = null;
/** The rider of the ticket that was read last; null: it is on no list here. */
let rider = null;

function show() {
  line.show();
  const list = document.querySelector("[data-list]");
  const values = { time: clockAt(border.told.as_of, border.told.zone), count: border.told.given_back.length };
  list.textContent = filled(words["given-back"], values);
  if (rider) {
    const stand = standing(border.told.riders[rider], border.of(rider));
    aboard.setAttribute("aria-pressed", isSo(stand, "aboard"));
  }
}

/** Judges a code by what this device knows, and says it. */
async function judge(bytes) {
  const keys = await published();
  const { train, date, calls, given_back: givenBack } = border.told;
  // By its name in the page's language, for the sentence that may come of it names it.
  const station = byId("station").selectedOptions[0].textContent;
  const asked = { keys, train, date, station, calls, givenBack, now: new Date() };
  const found = await verify(bytes, asked);
  const riders = border.told.riders;
  rider = found.ticket && Object.keys(riders).find((id) => riders[id].ticket === found.ticket.reference);
  rider ??= null;
  tell(found);
  show();
}

function tell({ verdict: word, reason, ticket, ended }) {
  const listed = rider && border.told.riders[rider];
  verdict.hidden = false;
  verdict.dataset.verdict = word;
  verdict.querySelector("[data-verdict]").textContent = words.verdicts[word];
  verdict.querySelector("[data-why]").textContent = reason ? sentence(reason, words.reasons) : "";
  const place = listed ? [listed.coach, listed.place] : [ticket?.coach, ticket?.place];
  verdict.querySelector("[data-place]").textContent = place.filter(Boolean).join("-");
  const onTicket = ticket ? named(ticket.familyName, ticket.givenNames) : "";
  const onList = listed ? named(listed.family, listed.given) : "";
  fact("ticket", onTicket);
  fact("list", onList);
  fact("stretch", ticket ? `${ticket.from} – ${ticket.to}` : "");
  fact("reference", ticket ? ticket.reference : "");
  note("[data-names]", Boolean(onTicket && onList) && folded(onTicket) !== folded(onList));
  note("[data-not-listed]", Boolean(ticket) && !listed && ["valid", "specimen"].includes(word));
  note("[data-ended]", ended);
  aboard.hidden = !(listed && ["valid", "specimen"].includes(word) && told.may_board);
  verdict.scrollIntoView({ block: "nearest" });
}

function fact(name, value) {
  const row = verdict.querySelector(`[data-fact="${name}"]`);
  row.hidden = !value;
  row.querySelector("dd").textContent = value;
}

function note(which, there) {
  verdict.querySelector(which).hidden = !there;
}

function named(family, given) {
  return [family, given].filter(Boolean).join(" ");
}

function folded(name) {
  return name.normalize("NFKC").toUpperCase().replace(/\s+/g, " ").trim();
}

/** The keys that sign tickets; the service worker has those of the last time there was a network. */
async function published() {
  const answer = await fetch("/keys");
  return answer.ok ? answer.json() : [];
}

function fault(error) {
  if (!(error instanceof ReaderError)) throw error;
  const place = byId("reader-error");
  place.textContent = words.reader[error.code];
  place.hidden = false;
}

function watching(on) {
  byId("camera").hidden = !on;
  byId("start").hidden = on;
  byId("stop").hidden = !on;
}

byId("start").addEventListener("click", async () => {
  byId("reader-error").hidden = true;
  try {
    watching(true);
    camera = await startCamera(byId("camera"), judge, (error) => {
      watching(false);
      fault(error);
    });
  } catch (error) {
    watching(false);
    fault(error);
  }
});

byId("stop").addEventListener("click", () => {
  camera?.stop();
  watching(false);
});

byId("picture").addEventListener("change", async ({ target }) => {
  byId("reader-error").hidden = true;
  if (!target.files.length) return;
  try {
    const [found] = await readPicture(target.files[0]);
    if (found) await judge(found);
    else tell({ verdict: "unreadable", reason: { code: "no-code", values: {} }, ticket: null, ended: false });
  } catch (error) {
    fault(error);
  }
  target.value = "";
});

aboard.addEventListener("click", () => {
  border.mark(rider, aboard.getAttribute("aria-pressed") === "true" ? "unseen" : "aboard");
});

guardSigningOut(border);
await border.open();
await keepPages(border, line);
