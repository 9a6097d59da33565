/**
 * The rows that the server has, by board and key. The server bounds each board and says which rows
 * are gone, so what is held here is bounded as well.
 */
export class Store {
  #boards = new Map();
  #lead = 0;
  fields = [];
  reading = { behind: 0, passedOver: 0, trouble: "" };

  /** Takes a frame in; returns the names of boards that changed. */
  take(frame) {
    if (frame.reset) this.#boards.clear();
    if (frame.reset) this.fields = frame.fields;
    this.reading = frame.reading;
    this.#lead = frame.now - Date.now();
    for (const [name, { put, drop }] of Object.entries(frame.boards)) {
      const board = this.#boards.get(name) ?? new Map();
      this.#boards.set(name, board);
      for (const key of drop) board.delete(key);
      for (const [key, row] of Object.entries(put)) {
        board.delete(key);
        board.set(key, row);
      }
    }
    return frame.reset ? null : Object.keys(frame.boards);
  }

  /** The server's time, milliseconds. */
  now() {
    return Date.now() + this.#lead;
  }

  rows(name) {
    return this.#boards.get(name) ?? new Map();
  }

  row(name, key) {
    return this.rows(name).get(key);
  }

  models() {
    const names = new Set(this.rows("live").keys());
    for (const name of this.#boards.keys()) if (name.startsWith("curve/")) names.add(name.slice(6));
    return [...names].sort();
  }

  /** Rows of a model's curves, ascending: time, version, then the fields; null where nothing was measured. */
  curve(model) {
    return [...this.rows(`curve/${model}`).values()].sort((a, b) => a[0] - b[0]);
  }

  /** Where a field stands in a row of a curve. */
  column(field) {
    return 2 + this.fields.indexOf(field);
  }

  latest(model) {
    return this.row("services", `trainer/${model}`)?.values ?? {};
  }

  live(model) {
    return this.row("live", model)?.version ?? 0;
  }

  /** The version that operators ordered; 0 for none. */
  ordered(model) {
    return this.row("orders", `${model}/@override`)?.version ?? 0;
  }

  pinned(model, version) {
    return (this.row("orders", `${model}/@pin/${version}`)?.version ?? 0) > 0;
  }

  wanted(model) {
    return this.ordered(model) || this.live(model);
  }

  versions(model) {
    return [...this.rows("versions").values()].filter((each) => each.model === model).sort((a, b) => b.version - a.version);
  }

  gateways(model) {
    return [...this.rows("gateways").values()].filter((each) => each.model === model).sort((a, b) => a.id.localeCompare(b.id));
  }

  /** Age of the newest event that a gateway's answers know of, milliseconds; null when not known. */
  age(gateway) {
    const watermark = this.row("versions", `${gateway.model}/${gateway.served}`)?.watermark ?? 0;
    return watermark > 0 ? this.now() - watermark : null;
  }
}
