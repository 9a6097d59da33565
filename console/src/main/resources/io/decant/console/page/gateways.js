import { make, say, table } from "./dom.js";
import { moment, span, words } from "./format.js";

/** What each gateway serves, how old that is, and what it said of the last candidate. */
export class Gateways {
  #table = table("Gateways", [
    { name: "gateway", cell: (row) => row.id },
    { name: "serves", kind: "number", cell: (row) => String(row.served || "–") },
    { name: "since", cell: (row) => moment(row.since) },
    { name: "age", kind: "number", cell: (row) => make("span", { "data-gateway": row.id }, "–") },
    { name: "candidate", kind: "number", cell: (row) => String(row.candidate || "–") },
    { name: "verdict", cell: (row) => make("span", { class: `tag ${row.verdict.toLowerCase()}` }, words(row.verdict)) },
    { name: "reported", cell: (row) => moment(row.at) },
    { name: "reason", kind: "wide", cell: (row) => row.reason || "–" },
  ], "No gateway has reported yet.");

  constructor(place) {
    place.append(this.#table.element);
  }

  render(store, model) {
    this.#table.show(store.gateways(model).map((row) => [row.id, row, row]));
    for (const cell of this.#table.element.querySelectorAll("[data-gateway]")) {
      const age = store.age(store.row("gateways", cell.dataset.gateway));
      say(cell, age === null ? "–" : span(age));
    }
  }
}
