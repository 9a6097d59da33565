import { make, say } from "./dom.js";
import { count, rate, short, span } from "./format.js";

/** Seconds of work behind which a reader is called late. */
const LATE = 10;
const FEW = 1_000;

const STEPS = [
  { id: "samples", name: "samples", kind: "topic" },
  { id: "teacher", name: "teacher", kind: "service", group: /^teacher-/, pause: "teacher/pause" },
  { id: "soft-targets", name: "soft targets", kind: "topic" },
  { id: "join", name: "join", kind: "service", group: /^joiner$/, pause: "joiner/pause" },
  { id: "training-pairs", name: "training pairs", kind: "topic" },
  { id: "trainer", name: "trainer", kind: "service", pause: "trainer/pause" },
  { id: "model-registry", name: "model registry", kind: "topic" },
  { id: "gateways", name: "gateways", kind: "service", pause: "gateway/pause" },
];

/** The pipeline as a list of steps, each with its pace and what waits before it. */
export class Flow {
  #nodes = new Map();

  constructor(list) {
    for (const step of STEPS) {
      const node = { pace: make("strong", {}, "–"), note: make("span", {}, " "), more: make("span", { class: "more" }, " ") };
      node.element = make("li", { class: `step ${step.kind}` }, make("span", { class: "name" }, step.name), node.pace, node.note, node.more);
      list.append(node.element);
      this.#nodes.set(step.id, node);
    }
  }

  render(store, model) {
    for (const step of STEPS) {
      const told = step.kind === "topic" ? topic(store, step.id) : service(store, step, model);
      const node = this.#nodes.get(step.id);
      say(node.pace, told.pace);
      say(node.note, paused(store, step) ? "paused by an order" : told.note);
      say(node.more, told.more ?? "");
      node.element.classList.toggle("late", Boolean(told.late));
      node.element.classList.toggle("missing", Boolean(told.missing));
    }
  }
}

const paused = (store, step) => store.row("orders", step.pause)?.order === "PAUSE";

const topic = (store, name) => {
  const row = store.row("topics", name);
  if (!row) return { pace: "–", note: "not known yet" };
  const labels = name === "soft-targets" ? store.row("topics", "labels") : null;
  return {
    pace: rate(row.perSecond),
    note: `${short(row.records)} in all`,
    more: labels ? `labels ${rate(labels.perSecond)}` : "",
  };
};

const service = (store, step, model) => {
  if (step.id === "gateways") return gateways(store, model);
  if (step.id === "trainer") return trainer(store, model);
  const groups = [...store.rows("groups").values()].filter((group) => step.group.test(group.name));
  if (groups.length === 0) return { pace: "–", note: "none is there", missing: true };
  const lag = groups.flatMap((group) => Object.entries(group.lag)).filter(([topic]) => !topic.includes("changelog")).reduce((sum, [, each]) => sum + each, 0);
  const members = groups.reduce((sum, group) => sum + group.members, 0);
  const pace = store.row("topics", step.id === "teacher" ? "soft-targets" : "training-pairs")?.perSecond ?? 0;
  return { ...behind(lag, pace), more: `${count(members)} ${members === 1 ? "member" : "members"}`, missing: members === 0 };
};

const behind = (lag, pace) => ({
  pace: `${short(lag)} behind`,
  note: pace > 0 && lag > 0 ? `${span((lag / pace) * 1e3)} of work` : " ",
  late: lag > FEW && lag > LATE * pace,
});

const trainer = (store, model) => {
  const curve = store.curve(model);
  if (curve.length === 0) return { pace: "–", note: "nothing published yet", missing: true };
  const pairs = store.column("pairs_learned");
  const last = curve.at(-1);
  const first = curve.at(-Math.min(curve.length, 6));
  const pace = last === first ? 0 : ((last[pairs] - first[pairs]) / (last[0] - first[0])) * 1e3;
  const lag = store.latest(model).lag_records ?? last[store.column("journal_lag_records")] ?? 0;
  return { ...behind(lag, pace), more: `${rate(store.now() - last[0] < 30_000 ? pace : 0)} learned` };
};

const gateways = (store, model) => {
  const all = store.gateways(model);
  if (all.length === 0) return { pace: "–", note: "none has reported", missing: true };
  const wanted = store.wanted(model);
  const there = all.filter((gateway) => gateway.served === wanted).length;
  const ages = all.map((gateway) => store.age(gateway)).filter((age) => age !== null);
  return {
    pace: `${count(there)} of ${count(all.length)}`,
    note: `on version ${wanted || "–"}`,
    more: ages.length > 0 ? `age ${span(Math.max(...ages))}` : "",
  };
};
