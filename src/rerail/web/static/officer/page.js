/** What the border's pages have in common: their line of state, the worker that keeps them, night, signing out. */

import { clockAt, filled } from "./stand.js";

/** What the server put into the page. */
export function toldByThePage() {
  return JSON.parse(document.getElementById("told").textContent);
}

/** Says whether there is a network, and what waits on this device. */
export class Line {
  constructor(border) {
    this.border = border;
    this.element = document.getElementById("line");
    this.says = this.element.querySelector("[data-line]");
    this.signIn = this.element.querySelector("[data-sign-in]");
    this.send = this.element.querySelector("[data-send]");
    this.element.hidden = false;
    this.send.addEventListener("click", () => border.look());
  }

  show() {
    const { state, status, unsent, others, told } = this.border;
    const { words, zone, as_of: asOf } = told;
    const said = [];
    if (state === "offline") said.push(words["no-network"]);
    if (state === "signed-out") said.push(words["signed-out"]);
    if (state === "failing") said.push(filled(words.failing, { status }));
    if (unsent.length) said.push(filled(words.unsent, { count: unsent.length }));
    else if (state === "sent") said.push(words.sent);
    for (const [name, count] of others) said.push(filled(words.others, { name, count }));
    said.push(filled(words["as-of"], { time: clockAt(asOf, zone) }));
    this.says.textContent = said.join(" ");
    this.element.dataset.state = unsent.length && state === "sent" ? "sending" : state;
    this.element.dataset.unsent = unsent.length;
    this.signIn.hidden = state !== "signed-out";
    this.send.hidden = !unsent.length || state === "signed-out";
  }

  ready(word) {
    this.element.querySelector("[data-ready]").textContent = word;
  }
}

/** Says whether the device keeps the pages of a border. */
export async function keepPages(border, line) {
  const { address, crossing, words } = border.told;
  if (border.ended) {
    line.ready(words.ended);
    return;
  }
  const query = `crossing=${encodeURIComponent(crossing)}`;
  const pages = [`${address}/board?${query}`, `${address}/inspect?${query}`, "/keys"];
  line.ready(words[(await keptOnDevice(address, pages)) ? "ready" : "not-ready"]);
}

/** Has the service worker keep these pages; whether it did. Pages that a device keeps are this departure's alone. */
async function keptOnDevice(address, pages) {
  if (!("serviceWorker" in navigator)) return false; // the page came neither by https nor from this machine
  try {
    await navigator.serviceWorker.register(`${address}/worker.js`, { scope: `${address}/` });
  } catch (error) {
    if (navigator.onLine) console.warn("the page is not kept on this device", error);
  }
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data.kept);
    active.postMessage({ keep: pages }, [port2]);
  });
}

/** A page that is used at night stays so: the choice is the device's. */
export function night() {
  const box = document.getElementById("night");
  box.checked = localStorage.getItem("rerail-night") === "1";
  box.addEventListener("change", () => localStorage.setItem("rerail-night", box.checked ? "1" : "0"));
}

/** Sends what waits before signing out, and says what stays behind. The page after it erases what is kept here. */
export function guardSigningOut(border) {
  const form = document.querySelector("form[action='/office/sign-out']");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await border.look();
    const { words } = border.told;
    if (border.state === "offline") await asked(words["leave-offline"]);
    else if (!border.unsent.length || (await asked(filled(words.leave, { count: border.unsent.length })))) form.submit();
  });
}

async function asked(sentence) {
  const dialog = document.getElementById("leaving");
  dialog.querySelector("[data-leaving]").textContent = sentence;
  return (await answerOf(dialog)) === "leave";
}

/** Shows a dialog; the value of the button that closed it. */
export function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}
