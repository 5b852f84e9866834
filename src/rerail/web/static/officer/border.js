/**
 * One border on this device: what the server last told of it, marks made here, and their way to the server.
 *
 * Marks are sent as soon as there is a network and somebody is signed in, in the order in which they were made, until
 * the server has answered for each. It knows them by their ids, so that sending one twice is sending it once.
 */

import * as store from "./store.js";

const LOOK_EVERY_MS = 15_000;
const MOST_AT_ONCE = 200;
const PATIENCE_MS = 20_000;

/**
 * `state` is "sent", "offline", "signed-out" or "failing" (then `status` is what the server answered); `changed` is
 * called whenever there is something new to show.
 */
export class Border {
  #looking = null;
  #again = false;
  #turn = Promise.resolve();
  #changed;
  #last = 0;

  constructor(told, changed) {
    this.told = told;
    this.marks = [];
    this.state = navigator.onLine ? "sent" : "offline";
    this.documents = {};
    this.offset = told.as_of - Date.now();
    this.#changed = changed;
  }

  get key() {
    return `${this.told.address}?crossing=${this.told.crossing}`;
  }

  /** Whether the train has long arrived, so that nothing of it is kept on the device any more. */
  get ended() {
    return this.told.ends <= Date.now();
  }

  /** The marks of whoever is signed in that are not sent yet, of every border. */
  get unsent() {
    return this.marks.filter((mark) => !mark.why && mark.user === this.told.user);
  }

  /** Those of this border, whoever made them: what is shown as made. */
  of(rider) {
    return this.marks.filter((mark) => !mark.why && mark.key === this.key && mark.rider === rider);
  }

  /** Marks of others that wait here: [name, count] for each. */
  get others() {
    const counts = new Map();
    for (const mark of this.marks) {
      if (!mark.why && mark.user !== this.told.user) counts.set(mark.by, (counts.get(mark.by) ?? 0) + 1);
    }
    return [...counts];
  }

  /** Takes up what the device kept: the newer of what the page says and what was told since. */
  async open() {
    navigator.storage?.persist?.().catch(() => false);
    await store.forgetEnded(Date.now());
    const kept = await store.border(this.key);
    if (kept && kept.user === this.told.user && kept.as_of > this.told.as_of) {
      const { documents, offset, token, ...told } = kept;
      this.told = { ...this.told, ...told };
    }
    if (kept && kept.user === this.told.user) {
      this.offset = kept.offset;
      this.documents = kept.documents;
    }
    await this.#reread();
    await this.#keep();
    this.#changed();
    addEventListener("online", () => this.look());
    addEventListener("offline", () => this.#became("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    setInterval(() => document.hidden || this.look(), LOOK_EVERY_MS);
    await this.look();
  }

  /** Makes a mark; done when it is on the disk. It is sent at once if that can be done. */
  async mark(rider, kind, railway = "") {
    const [booking, passenger] = rider.split("/");
    const made = Math.max(Math.round(Date.now() + this.offset), this.#last + 1);
    this.#last = made;
    const mark = {
      id: newId(),
      key: this.key,
      address: this.told.address,
      crossing: this.told.crossing,
      rider,
      booking,
      passenger: Number(passenger),
      kind,
      railway,
      made,
      at: made,
      user: this.told.user,
      by: this.told.name,
    };
    await this.#alone(async () => {
      await store.keepMark(mark);
      this.marks.push(mark);
    });
    this.#changed();
    this.look();
  }

  /** Somebody has read why a mark was not taken, or that a later one holds. */
  async read(id) {
    await store.settle(id);
    await this.#reread();
    this.#changed();
  }

  /** Sends what waits and asks how everybody stands now. Whoever asks meanwhile is answered by another look. */
  look() {
    if (this.#looking) this.#again = true;
    this.#looking ??= this.#looked().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #looked() {
    try {
      do {
        this.#again = false;
        // Who is signed in decides whose marks may be sent, so it is asked first.
        this.#take(await this.#ask("board.json", this.told));
        if (await this.#send()) this.#take(await this.#ask("board.json", this.told));
        await this.#keep();
        this.#became("sent");
      } while (this.#again);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.status = error.status;
      this.#became({ 0: "offline", 401: "signed-out" }[error.status] ?? "failing");
    }
  }

  /** Sends the user's marks, border by border. Whether there were any. */
  async #send() {
    await this.#reread(); // another tab may have settled some of them
    const mine = this.unsent;
    for (const key of new Set(mine.map((mark) => mark.key))) {
      const those = mine.filter((mark) => mark.key === key);
      for (let first = 0; first < those.length; first += MOST_AT_ONCE) {
        await this.#deliver(those.slice(first, first + MOST_AT_ONCE));
      }
    }
    return mine.length > 0;
  }

  async #deliver(marks) {
    const parcel = marks.map(({ id, booking, passenger, kind, railway, made }) => ({
      id,
      booking,
      passenger,
      kind,
      railway,
      made_at: new Date(made).toISOString(),
    }));
    const { answers } = await this.#ask("marks", marks[0], {
      method: "POST",
      headers: { "content-type": "application/json", "x-form-token": this.told.token },
      body: JSON.stringify({ marks: parcel }),
    });
    const byId = new Map(marks.map((mark) => [mark.id, mark]));
    for (const { id, taken, sentence, holds } of answers) {
      const mark = byId.get(id);
      // One's own later mark is no news; somebody else's is.
      const overtaken = taken && holds.id !== id && holds.by !== mark.by;
      if (taken && !overtaken) await store.settle(id);
      else await store.keepMark({ ...mark, why: overtaken ? "overtaken" : "not-taken", sentence, holds });
    }
    await this.#reread();
  }

  /** The marks as they are on the disk. */
  #reread() {
    return this.#alone(async () => {
      this.marks = await store.marks();
    });
  }

  /** One after the other: what was read before a mark was made must not be taken for what is there after it. */
  #alone(act) {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** The documents that an officer's own list has; kept with the border. The look is in the audit trail. */
  async lookAtDocuments() {
    try {
      const { documents } = await this.#ask("documents.json", this.told);
      this.documents = documents;
      await this.#keep();
      this.#changed();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error; // without a network those kept will do
    }
  }

  async #ask(what, { address, crossing }, options = {}) {
    let answer;
    try {
      answer = await fetch(`${address}/${what}?crossing=${encodeURIComponent(crossing)}`, {
        ...options,
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      throw new Unanswered(0, error);
    }
    if (!answer.ok) throw new Unanswered(answer.status);
    try {
      return await answer.json();
    } catch (error) {
      throw new Unanswered(0, error); // it broke off on the way
    }
  }

  #take(told) {
    this.told = { ...this.told, ...told };
    this.offset = told.as_of - Date.now();
  }

  async #keep() {
    if (this.ended) return;
    const { token, words, ...told } = this.told;
    await store.keepBorder(this.key, { ...told, documents: this.documents, offset: this.offset });
  }

  #became(state) {
    this.state = state;
    this.#changed();
  }
}

/** The server did not answer, or said that it does not (its `status`). */
class Unanswered extends Error {
  constructor(status, cause) {
    super(`no answer (${status})`, { cause });
    this.status = status;
  }
}

/** A random UUID (RFC 9562, version 4), also where `crypto.randomUUID` is kept from the page. */
function newId() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  octets[6] = (octets[6] & 0x0f) | 0x40;
  octets[8] = (octets[8] & 0x3f) | 0x80;
  const digits = Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
