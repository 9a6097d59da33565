/** Makes an element. Text is always text: what came from a topic never becomes markup. */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

export const byId = (id) => document.getElementById(id);

/** Sets a text only when it is another one, so that a screen that is still is not laid out again. */
export const say = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/**
 * A table whose rows are kept by key and made again only when they changed.
 * columns: [{name, kind, cell: (row) => node or text}]
 */
export const table = (caption, columns, empty) => {
  const body = make("tbody");
  const head = make("tr", {}, ...columns.map((each) => make("th", { scope: "col", class: each.kind ?? "" }, each.name)));
  const note = make("p", { class: "note" }, empty);
  const region = make(
    "div", { class: "table", role: "region", "aria-label": caption, tabindex: "0", hidden: true },
    make("table", {}, make("caption", {}, caption), make("thead", {}, head), body));
  const kept = new Map();

  const rowOf = (row) =>
    make("tr", {}, ...columns.map((each, i) =>
      make(i === 0 ? "th" : "td", i === 0 ? { scope: "row", class: each.kind ?? "" } : { class: each.kind ?? "" }, each.cell(row))));

  /** entries: [[key, row, sign]]; a row is made again when its sign is another. */
  const show = (entries) => {
    note.hidden = entries.length > 0;
    region.hidden = entries.length === 0;
    const wanted = new Set(entries.map(([key]) => key));
    for (const [key, { element }] of kept) {
      if (!wanted.has(key)) {
        element.remove();
        kept.delete(key);
      }
    }
    let before = null;
    for (const [key, row, sign] of entries) {
      let held = kept.get(key);
      if (!held || held.sign !== sign) {
        const element = rowOf(row);
        held?.element.replaceWith(element);
        held = { element, sign };
        kept.set(key, held);
      }
      const place = before ? before.nextSibling : body.firstChild;
      if (place !== held.element) body.insertBefore(held.element, place);
      before = held.element;
    }
  };
  return { element: make("div", {}, note, region), show };
};

/** Facts as a list of terms. */
export const facts = (pairs) =>
  make("dl", { class: "facts" }, ...pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
