import { make, table } from "./dom.js";
import { moment, number, words } from "./format.js";

/** What happened, newest first: drift, trust, budget and ladder, and what operators ordered. */
export class Happened {
  #table = table("Events", [
    { name: "when", cell: (row) => moment(row.at) },
    { name: "what", cell: (row) => make("span", { class: `tag ${row.kind}` }, words(row.kind.replaceAll("-", " "))) },
    { name: "where", cell: (row) => `${row.service} ${row.model}` },
    { name: "signal", cell: (row) => row.signal },
    { name: "size", kind: "number", cell: (row) => (row.size ? number(row.size) : "–") },
    { name: "at", kind: "code", cell: (row) => (row.offset >= 0 ? `${row.partition}@${row.offset}` : "–") },
    { name: "detail", kind: "wide", cell: (row) => row.detail },
  ], "Nothing has happened: no drift was seen, no ladder step taken, and nobody gave an order.");

  constructor(place) {
    place.append(this.#table.element);
  }

  render(store) {
    const noticed = [...store.rows("events")].map(([key, row]) => [key, row]);
    const ordered = [...store.rows("orders")].map(([key, row]) => [`order ${key} ${row.sequence}`, asEvent(row)]);
    this.#table.show([...noticed, ...ordered].sort(([, a], [, b]) => b.at - a.at).map(([key, row]) => [key, row, row.at]));
  }
}

const asEvent = (order) => ({
  at: order.at, service: "operator", model: order.target, kind: "order", signal: words(order.order), size: 0, offset: -1,
  detail: `${about(order)}by ${order.author}: ${order.reason}${order.signedBy ? "" : " (not signed)"}`,
});

const about = ({ order, version }) => (version ? `version ${version}, ` : order === "OVERRIDE" || order === "PIN" ? "lifted, " : "");
