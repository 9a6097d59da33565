import { make, table } from "./dom.js";
import { count, moment, words } from "./format.js";

/** Records that could not be used, newest first, with what could be read of them. */
export class Letters {
  #note = make("p", { class: "note" });
  #table = table("Newest dead letters", [
    { name: "when", cell: (row) => moment(row.at) },
    { name: "reason", cell: (row) => make("span", { class: "tag" }, words(row.reason)) },
    { name: "stage", cell: (row) => row.stage },
    { name: "record", kind: "code", cell: (row) => `${row.topic}-${row.partition}@${row.offset}` },
    { name: "key", kind: "code", cell: (row) => row.key },
    { name: "why", kind: "wide", cell: (row) => row.detail },
    { name: "value", kind: "wide", cell: (row) => (row.value ? make("details", {}, make("summary", {}, "show"), make("pre", { tabindex: "0" }, pretty(row.value))) : "none") },
  ], "There is no dead letter.");

  constructor(place) {
    place.append(this.#note, this.#table.element);
  }

  render(store) {
    const all = store.row("topics", "dead-letters")?.records ?? 0;
    const rows = [...store.rows("letters")].sort(([, a], [, b]) => b.at - a.at);
    this.#note.textContent = `${count(all)} in the topic, ${count(rows.length)} of them here${store.reading.passedOver ? `; ${count(store.reading.passedOver)} came too fast to be looked at` : ""}.`;
    this.#table.show(rows.map(([key, row]) => [key, row, row.at]));
  }
}

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};
