/** The board: the server's page, whose buttons mark on this device first and are sent when there is a network. */

import { Border } from "./border.js";
import { answerOf, guardSigningOut, keepPages, Line, night, toldByThePage } from "./page.js";
import { filled, isSo, phrases, standing, states } from "./stand.js";

night();
const told = toldByThePage();
const border = new Border(told, show);
const line = new Line(border);
const roll = document.getElementById("roll");
const sift = document.getElementById("sift");
let shownRoll = told.roll;

/** Everything on the page that depends on marks. */
function show() {
  const counts = {};
  for (const row of rows()) {
    const id = row.dataset.rider;
    const rider = border.told.riders[id];
    if (!rider) continue; // given back since the page was made: the new page has it no more
    const own = border.of(id);
    const stand = standing(rider, own);
    row.states = states(stand, border.told.controls);
    for (const state of ["all", ...row.states]) counts[state] = (counts[state] ?? 0) + 1;
    showRow(row, stand, own);
  }
  for (const element of document.querySelectorAll("[data-count]")) {
    element.textContent = counts[element.dataset.count] ?? 0;
  }
  showConflicts();
  line.show();
  sifted();
  if (border.state === "sent" && border.told.roll !== shownRoll) renew();
}

function rows() {
  return roll.querySelectorAll("[data-rider]");
}

function showRow(row, stand, own) {
  const says = phrases(stand, border.told);
  if (own.length) says.push(border.told.words["unsent-short"]);
  row.querySelector("[data-says]").textContent = says.join(" · ");
  row.classList.toggle("rider--unsent", own.length > 0);
  for (const button of row.querySelectorAll("[data-kind]")) {
    const on = isSo(stand, button.dataset.kind, button.dataset.side);
    if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", on);
    else button.classList.toggle("tick--on", on);
  }
  const said = border.documents[row.dataset.rider]; // only on an officer's device
  const place = row.querySelector("[data-document]");
  place.hidden = !said;
  if (said) place.textContent = said;
}

function showConflicts() {
  const list = document.getElementById("conflicts");
  const { words } = border.told;
  list.replaceChildren(
    ...border.marks
      .filter((mark) => mark.why)
      .map((mark) => {
        const rider = border.told.riders[mark.rider];
        const who = rider ? [rider.family, rider.given].filter(Boolean).join(" ") || rider.ticket : mark.rider;
        const item = document.createElement("li");
        const sentence = document.createElement("p");
        const holds = mark.holds;
        sentence.textContent =
          mark.why === "overtaken"
            ? filled(words.overtaken, { who, mark: `${word(holds.kind)} (${holds.by})` })
            : filled(words["not-taken"], { who, mark: word(mark.kind), why: mark.sentence });
        const seen = document.createElement("button");
        seen.type = "button";
        seen.className = "button--plain";
        seen.textContent = list.dataset.seen;
        seen.addEventListener("click", () => border.read(mark.id));
        item.append(sentence, seen);
        return item;
      }),
  );
}

function word(kind) {
  return border.told.words.marks[kind] ?? border.told.words.withdrawn;
}

/** Shows those that match, on the device: the same as the form does on the server. */
function sifted() {
  const wanted = sift.elements.show.value;
  const text = sift.elements.find.value.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
  let any = false;
  for (const row of rows()) {
    const fits = (!wanted || row.states?.includes(wanted)) && row.dataset.find.includes(text);
    row.hidden = !fits;
    any ||= fits;
  }
  for (const coach of roll.querySelectorAll("section")) {
    coach.hidden = !coach.querySelector("[data-rider]:not([hidden])");
  }
  document.getElementById("nobody").hidden = any || !roll.querySelector("[data-rider]");
}

/** Who is on the page has changed: take over the new page's roll. It is the service worker that keeps the new page. */
async function renew() {
  shownRoll = border.told.roll; // one try for each state of the roll
  try {
    const answer = await fetch(`${told.address}/board?crossing=${encodeURIComponent(told.crossing)}`);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    roll.replaceChildren(...page.getElementById("roll").childNodes);
    show();
  } catch {
    shownRoll = ""; // the network went away: the next look tries again
  }
}

async function refuse(link) {
  const row = link.closest("[data-rider]");
  const rider = border.told.riders[row.dataset.rider];
  const dialog = document.getElementById("refusing");
  const name = [rider.family, rider.given].filter(Boolean).join(" ");
  const place = rider.place && `${rider.coach}-${rider.place}`;
  dialog.querySelector("[data-whom]").textContent = [name, place, rider.ticket].filter(Boolean).join(" · ");
  if ((await answerOf(dialog)) === "refuse") await border.mark(row.dataset.rider, "refused", link.dataset.side);
}

roll.addEventListener("click", (event) => {
  const ticked = event.target.closest("[data-kind]");
  if (!ticked) return;
  event.preventDefault();
  if (ticked.dataset.kind === "refused") {
    refuse(ticked);
    return;
  }
  const kind = ticked.getAttribute("aria-pressed") === "true" ? ticked.dataset.back : ticked.dataset.kind;
  border.mark(ticked.closest("[data-rider]").dataset.rider, kind, ticked.dataset.side);
});

sift.querySelector("[data-sift]").hidden = true;
sift.addEventListener("submit", (event) => event.preventDefault());
sift.addEventListener("input", sifted);

guardSigningOut(border);
// The server's page may be sifted; the device has everybody, and sifts itself.
if (sift.elements.show.value || sift.elements.find.value) shownRoll = "";
await border.open();
if (told.reads_documents) border.lookAtDocuments();
await keepPages(border, line);
