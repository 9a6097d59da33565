import { byId, make, say } from "./dom.js";
import { count, points, share, span } from "./format.js";
import { Curves } from "./curves.js";
import { Flow } from "./flow.js";
import { Gateways } from "./gateways.js";
import { Happened } from "./happened.js";
import { Letters } from "./letters.js";
import { Store } from "./store.js";
import { follow } from "./stream.js";
import { Versions } from "./versions.js";

const store = new Store();
const session = { token: "", orders: false };
const flow = new Flow(byId("flow"));
const views = {
  learning: new Curves(byId("charts")),
  versions: new Versions(byId("versions"), session),
  gateways: new Gateways(byId("gateways")),
  events: new Happened(byId("events")),
  letters: new Letters(byId("letters")),
};

// ---- tabs: arrows move, the address keeps the choice

const tabs = [...document.querySelectorAll("[role=tab]")];
let shown = "learning";

const choose = (tab, focus) => {
  shown = tab.getAttribute("aria-controls");
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", chosen);
    each.tabIndex = chosen ? 0 : -1;
    byId(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (focus) tab.focus();
  history.replaceState(null, "", `#${shown}`);
  draw(null);
};

const moves = { ArrowRight: (i) => i + 1, ArrowLeft: (i) => i - 1, Home: () => 0, End: () => tabs.length - 1 };
tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => choose(tab, false));
  tab.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      choose(tabs.at(move(i) % tabs.length), true);
    }
  });
});

// ---- theme

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
const themed = () => {
  byId("theme").setAttribute("aria-pressed", isDark());
  views.learning.paint();
};
byId("theme").addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  themed();
});
dark.addEventListener("change", themed);
themed();

// ---- model

const select = byId("model");
select.addEventListener("change", () => draw(null));
const model = () => {
  const names = store.models();
  if (names.join("\n") !== [...select.options].map((option) => option.value).join("\n")) {
    const chosen = select.value;
    select.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
    if (names.includes(chosen)) select.value = chosen;
    select.parentElement.hidden = names.length < 2;
  }
  return select.value;
};

// ---- figures

const FIGURES = [
  ["student", "Student", (m) => share(store.latest(m).prequential_accuracy_sliding_student), () => "right, of the last 1,000"],
  ["gap", "Over the shadow", (m) => gap(store.latest(m)), () => "what the teacher adds"],
  ["teacher", "Teacher", (m) => share(store.latest(m).prequential_accuracy_sliding_teacher), () => "right, of the same"],
  ["pairs", "Learned", (m) => count(store.latest(m).pairs_learned), () => "pairs"],
  ["live", "To be served", (m) => (store.wanted(m) ? `version ${store.wanted(m)}` : "–"), (m) => (store.ordered(m) ? "by an operator’s order" : "the live one")],
  ["age", "Served age", (m) => span(oldest(m)), () => "of the newest event learned"],
];
const gap = (values) => points(values.prequential_accuracy_sliding_student - values.prequential_accuracy_sliding_shadow);
const oldest = (m) => {
  const ages = store.gateways(m).map((gateway) => store.age(gateway)).filter((age) => age !== null);
  return ages.length > 0 ? Math.max(...ages) : null;
};
const figures = FIGURES.map(([id, name, value, note]) => {
  const strong = make("strong", { id: `figure-${id}` }, "–");
  const small = make("span", {}, note(""));
  byId("figures").append(make("div", {}, make("dt", {}, name), make("dd", {}, strong, small)));
  return (m) => {
    say(strong, value(m));
    say(small, note(m));
  };
});

// ---- drawing: once a frame at most, only what is seen

const CURVE_BOARDS = /^(curve|age|events)/;

/** Curves cost most and say least when they move often. */
const CURVES_WAIT = 1_000;
let waiting = false;
let everything = true;
let curvesChanged = false;
let curvesDrawn = 0;

const draw = (boards) => {
  if (boards === null) everything = true;
  else curvesChanged ||= boards.some((name) => CURVE_BOARDS.test(name));
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(render);
  }
};

const render = () => {
  waiting = false;
  const m = model();
  figures.forEach((figure) => figure(m));
  flow.render(store, m);
  const { trouble, behind } = store.reading;
  byId("trouble").hidden = !trouble;
  say(byId("trouble"), trouble);
  if (byId("link").dataset.state === "live") say(byId("link"), behind > 0 ? `live, ${count(behind)} records behind` : "live");
  const now = performance.now();
  const curvesDue = everything || (curvesChanged && now - curvesDrawn >= CURVES_WAIT);
  if (shown !== "learning" || curvesDue) views[shown].render(store, m);
  if (curvesDue) {
    curvesDrawn = now;
    curvesChanged = false;
  }
  everything = false;
};

// Ages grow while nothing comes.
setInterval(() => draw([]), 1000);

// ---- the server

const unlock = () =>
  new Promise((opened) => {
    const dialog = byId("unlock");
    dialog.showModal();
    dialog.addEventListener("close", () => {
      session.token = byId("token").value;
      byId("token").value = "";
      opened(session.token);
    }, { once: true });
  });

const STATES = { live: "live", lost: "not connected, trying again", full: "too many pages are open" };

fetch("api/abilities").then((answer) => answer.json()).then((abilities) => {
  session.orders = abilities.orders;
  draw(null);
}).catch(() => {});

const wanted = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
if (wanted) choose(wanted, false);

follow({
  frame: (frame) => draw(store.take(frame)),
  state: (state) => {
    byId("link").dataset.state = state;
    say(byId("link"), STATES[state]);
  },
  token: unlock,
});
