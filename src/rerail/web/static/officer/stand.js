/**
 * How a passenger stands, folded as rerail/border/marks.py folds it: the later mark holds, whoever made it and
 * whenever it is heard of. Nothing here touches the page or the network.
 */

const SUBJECTS = {
  aboard: "presence",
  missing: "presence",
  unseen: "presence",
  cleared: "clearance",
  refused: "clearance",
  uncleared: "clearance",
  "documents-taken": "custody",
  "documents-returned": "custody",
};

/** Whether the mark holds against another about the same thing (undefined or null: there is none). */
export function holdsAgainst(mark, other) {
  if (!other) return true;
  for (const what of ["at", "made", "id"]) {
    if (mark[what] !== other[what]) return mark[what] > other[what];
  }
  return false;
}

/** How a passenger stands by what the server last told and by this device's own marks since. */
export function standing(told, marks) {
  const stand = { presence: told.presence, custody: told.custody, clearance: { ...told.clearance } };
  for (const mark of marks) {
    const subject = SUBJECTS[mark.kind];
    if (subject === "clearance") {
      if (holdsAgainst(mark, stand.clearance[mark.railway])) stand.clearance[mark.railway] = mark;
    } else if (holdsAgainst(mark, stand[subject])) {
      stand[subject] = mark;
    }
  }
  return stand;
}

/** Whether a mark of this kind, of this side, is the one that holds. */
export function isSo(stand, kind, railway) {
  if (kind === "missing") return isMissing(stand);
  const subject = SUBJECTS[kind];
  const mark = subject === "clearance" ? stand.clearance[railway] : stand[subject];
  return mark?.kind === kind;
}

/** Whether the passenger did not come; whom a control saw since is there. */
export function isMissing({ presence, clearance }) {
  if (presence?.kind !== "missing") return false;
  return !Object.values(clearance).some((mark) => mark.kind !== "uncleared" && holdsAgainst(mark, presence));
}

/** The states a passenger is in, for whoever works for these sides: as board_words.py says. */
export function states(stand, controls) {
  const aboard = isSo(stand, "aboard");
  const missing = isMissing(stand);
  const refused = Object.values(stand.clearance).some((mark) => mark.kind === "refused");
  const cleared = controls.length > 0 && controls.every((side) => isSo(stand, "cleared", side));
  const found = {
    unseen: !(aboard || missing || refused),
    aboard,
    missing,
    "to-clear": controls.length > 0 && !(cleared || missing || refused),
    cleared,
    refused,
    documents: isSo(stand, "documents-taken"),
  };
  return Object.keys(found).filter((name) => found[name]);
}

/** How a passenger stands in words, a phrase for each thing that is so; as board_words.py says it. */
export function phrases(stand, { sides, zone, words }) {
  const said = [];
  const phrase = (word, mark, clock) => `${word} ${clockAt(mark.at, clock)} ${mark.by}`;
  const { presence, custody, clearance } = stand;
  if (presence && presence.kind !== "unseen") said.push(phrase(words.marks[presence.kind], presence, zone));
  for (const side of sides) {
    const mark = clearance[side.railway];
    if (!mark || mark.kind === "uncleared") continue;
    said.push(phrase(`${side.name}: ${words.marks[mark.kind]}`, mark, side.zone));
  }
  if (custody?.kind === "documents-taken") said.push(phrase(words.marks[custody.kind], custody, zone));
  return said;
}

/** "07:12" on a station's clock. */
export function clockAt(milliseconds, zone) {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  return time.format(milliseconds);
}

/** A sentence with its values: "%(count)s" is where `count` goes. */
export function filled(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
