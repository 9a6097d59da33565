import { byId, facts, make, table } from "./dom.js";
import { bytes, count, moment, number, points, share, time, words } from "./format.js";
import { orderForm } from "./orders.js";
import { headers } from "./stream.js";

const metric = (name) => (row) => row.metrics[name];
const student = metric("prequential_accuracy_sliding_student");
const shadow = metric("prequential_accuracy_sliding_shadow");

/** The versions of a model, newest first; each opens its lineage and card. */
export class Versions {
  #session;
  #store = null;
  #standing = make("p", { class: "note" });
  #ordering = make("div", {});
  #table = table("Versions", [
    { name: "version", kind: "number", cell: (row) => make("button", { type: "button", class: "link", onclick: () => this.#open(row) }, `${row.version}`) },
    { name: "published", cell: (row) => time(row.publishedAt) },
    { name: "state", cell: (row) => make("span", {}, ...this.#tags(row)) },
    { name: "pairs", kind: "number", cell: (row) => count(metric("pairs_learned")(row)) },
    { name: "student", kind: "number", cell: (row) => share(student(row)) },
    { name: "over shadow", kind: "number", cell: (row) => points(student(row) - shadow(row)) },
    { name: "α", kind: "number", cell: (row) => number(metric("alpha")(row)) },
    { name: "gate", cell: (row) => words(row.gate) },
    { name: "delta", kind: "number", cell: (row) => (row.deltaBytes ? bytes(row.deltaBytes) : "–") },
    { name: "anchor", kind: "number", cell: (row) => (row.anchorBytes ? bytes(row.anchorBytes) : "–") },
    { name: "weights", kind: "code", cell: (row) => row.weights },
    { name: "signed by", kind: "code", cell: (row) => row.signedBy || "not signed" },
  ], "No version is published yet.");

  /** session: {token, orders: whether orders can be given} */
  constructor(place, session) {
    this.#session = session;
    place.append(this.#standing, this.#ordering, this.#table.element);
  }

  #tags(row) {
    const tags = [];
    if (row.version === this.#store.live(row.model)) tags.push("live");
    if (row.version === this.#store.ordered(row.model)) tags.push("ordered");
    if (this.#store.pinned(row.model, row.version)) tags.push("pinned");
    if (row.finished) tags.push("finished");
    return tags.map((tag) => make("span", { class: `tag ${tag}` }, tag));
  }

  render(store, model) {
    this.#store = store;
    const ordered = store.row("orders", `${model}/@override`);
    this.#standing.textContent = ordered?.version
      ? `Gateways are ordered to serve version ${ordered.version}, by ${ordered.author}: ${ordered.reason}`
      : `Gateways follow the live version${store.live(model) ? `, ${store.live(model)}` : ""}.`;
    if (this.#session.orders && this.#ordering.dataset.model !== model && model) {
      this.#ordering.dataset.model = model;
      this.#ordering.replaceChildren(orderForm(this.#session, model, 0));
    }
    this.#table.show(store.versions(model).map((row) => {
      const sign = JSON.stringify([row.publishedAt, row.version === store.live(model), row.version === store.ordered(model), store.pinned(model, row.version)]);
      return [row.version, row, sign];
    }));
  }

  async #open(row) {
    const dialog = byId("detail");
    const content = make("div", {}, make("p", { class: "note" }, "loading"));
    dialog.replaceChildren(
      make("div", { class: "dialog-head" },
        make("h2", { id: "detail-title" }, `${row.model}, version ${row.version}`),
        make("button", { type: "button", onclick: () => dialog.close() }, "Close")),
      summary(row), content);
    if (this.#session.orders) dialog.append(orderForm(this.#session, row.model, row.version));
    dialog.showModal();
    try {
      const query = new URLSearchParams({ model: row.model, version: row.version });
      const answer = await fetch(`api/version?${query}`, { headers: headers(this.#session.token) });
      const told = await answer.json();
      content.replaceChildren(...(told.lineage ? [lineage(told.lineage), ...card(told.card)] : [make("p", { class: "note" }, told.error ?? "Its lineage is older than what this console reads; decant models card has it.")]));
    } catch {
      content.replaceChildren(make("p", { class: "care" }, "The server does not answer."));
    }
  }
}

const summary = (row) =>
  facts([
    ["parent", row.parent ? `version ${row.parent}` : "none: the first"],
    ["published", moment(row.publishedAt)],
    ["newest event learned", moment(row.watermark)],
    ["teachers", row.teachers.join(", ") || "none named"],
    ["gate", words(row.gate) + (row.gateReason ? `: ${row.gateReason}` : "")],
    ["journal", row.journal.filter((range) => range.to > range.from).map((range) => `${range.partition}: ${range.from}–${range.to - 1}`).join(", ") || "nothing new"],
  ]);

const plainTable = (caption, columns, rows) =>
  make("div", { class: "table", role: "region", "aria-label": caption, tabindex: "0" },
    make("table", {}, make("caption", {}, caption),
      columns.some(Boolean) ? make("thead", {}, make("tr", {}, ...columns.map((each) => make("th", { scope: "col" }, each)))) : null,
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell, i) => make(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell)))))));

const lineage = (told) => {
  const left = (told.spansCount ?? told.spans.length) - told.spans.length;
  return make("section", {},
    make("h3", {}, "Lineage"),
    facts([["engine", told.engine], ["processor", told.cpuCapability], ["threads", String(told.threads)], ["seed", String(told.seed)]]),
    told.spans.length === 0 ? make("p", { class: "note" }, "It learned nothing beyond its parent.") : plainTable(`Spans of the journal, in the order learned${left > 0 ? `; ${left} more` : ""}`, ["partition", "first", "last", "records", "hash"],
      told.spans.map((each) => [String(each.partition), String(each.firstOffset), String(each.lastOffset), count(each.records), each.hash.hex.slice(0, 12)])));
};

const card = (told) => {
  if (!told?.parts) return [];
  return told.parts.map((part) =>
    make("details", {}, make("summary", {}, part.title),
      ...part.sentences.map((sentence) => make("p", { class: "note" }, sentence)),
      ...part.tables.map((each) => plainTable(part.title, each.columns, each.rows))));
};
