import { make } from "./dom.js";
import { nats, number, percent, share, span, time } from "./format.js";

const CHARTS = [
  {
    id: "accuracy", title: "Accuracy of the last 1,000 predictions", unit: share, tick: percent,
    note: "Each prediction was made just before its sample was learned, and scored when its label came. The shadow learns from labels alone.",
    series: [
      { name: "student", colour: "student", field: "prequential_accuracy_sliding_student" },
      { name: "shadow", colour: "shadow", field: "prequential_accuracy_sliding_shadow", dash: [7, 4] },
      { name: "teacher", colour: "teacher", field: "prequential_accuracy_sliding_teacher", dash: [2, 3] },
      { name: "agrees with teacher", colour: "other", field: "prequential_accuracy_sliding_agreement", dash: [1, 5] },
    ],
  },
  {
    id: "losses", title: "Losses", unit: nats,
    note: "Nats, of the batch learned last: divergence from the teacher, and cross-entropy with labels.",
    series: [
      { name: "teacher term", colour: "teacher", field: "loss_teacher_nats" },
      { name: "label term", colour: "student", field: "loss_label_nats", dash: [7, 4] },
    ],
  },
  {
    id: "alpha", title: "Weight of the teacher, α", unit: number, range: [0, 1],
    note: "Where there is a label, and where there is none.",
    series: [
      { name: "with a label", colour: "student", field: "alpha", stepped: true },
      { name: "without", colour: "other", field: "alpha_unlabelled", stepped: true, dash: [7, 4] },
      { name: "drift", colour: "mark", field: "drift_active", stepped: true, dash: [2, 3] },
    ],
  },
  {
    id: "age", title: "Age of what is served", unit: (value) => span(value), ages: true,
    note: "Age of the newest event that the served version has learned from; the oldest of all gateways.",
    series: [{ name: "age", colour: "student" }],
  },
];

/** Resolves colours of the style sheet, so that each theme has its own. */
const colours = () => {
  const probe = document.body.appendChild(make("span", { hidden: true }));
  const resolved = Object.fromEntries(["ink", "soft", "line", "paper", "student", "shadow", "teacher", "other", "mark"].map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
  return resolved;
};

/** Draws a thin line at each event, over the curves. */
const marks = {
  id: "marks",
  afterDatasetsDraw: (chart, _, options) => {
    const { ctx, chartArea, scales } = chart;
    ctx.save();
    ctx.strokeStyle = options.colour;
    ctx.fillStyle = options.colour;
    ctx.setLineDash([3, 3]);
    for (const at of options.at ?? []) {
      const x = scales.x.getPixelForValue(at);
      if (x < chartArea.left || x > chartArea.right) continue;
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.fillRect(x - 2.5, chartArea.top, 5, 5);
    }
    ctx.restore();
  },
};

/** The curves of one model. Charts are made once; their data is replaced. */
export class Curves {
  #drawn = [];

  constructor(place) {
    for (const described of CHARTS) {
      const canvas = make("canvas", { id: `chart-${described.id}`, role: "img", "aria-label": described.title });
      place.append(make(
        "figure", { class: "chart" },
        make("figcaption", {}, make("h3", {}, described.title), make("p", {}, described.note)),
        make("div", { class: "plot" }, canvas)));
      this.#drawn.push({ described, canvas, chart: new Chart(canvas, configuration(described)) });
    }
    this.paint();
  }

  paint() {
    const colour = colours();
    for (const { described, chart } of this.#drawn) {
      chart.data.datasets.forEach((each, i) => {
        each.borderColor = each.backgroundColor = colour[described.series[i].colour];
      });
      Object.values(chart.options.scales).forEach((scale) => {
        scale.ticks.color = colour.soft;
        scale.grid.color = colour.line;
      });
      const { legend, tooltip, marks: marking } = chart.options.plugins;
      legend.labels.color = colour.ink;
      Object.assign(tooltip, { backgroundColor: colour.ink, titleColor: colour.paper, bodyColor: colour.paper });
      marking.colour = colour.mark;
      chart.update("none");
    }
  }

  render(store, model) {
    const curve = store.curve(model);
    const at = [...store.rows("events").values()].filter((each) => each.model === model || each.service !== "trainer").map((each) => each.at);
    const ages = [...store.rows(`age/${model}`).values()];
    const times = [curve[0], curve.at(-1), ages[0], ages.at(-1)].filter(Boolean).map((row) => row[0]);
    for (const { described, canvas, chart } of this.#drawn) {
      // All charts have the same time below each other.
      chart.options.scales.x.min = times.length > 0 ? Math.min(...times) : undefined;
      chart.options.scales.x.max = times.length > 0 ? Math.max(...times) : undefined;
      if (described.ages) {
        chart.data.datasets[0].data = ages.map(([x, y]) => ({ x, y }));
      } else {
        described.series.forEach((series, i) => {
          const column = store.column(series.field);
          chart.data.datasets[i].data = curve.map((row) => ({ x: row[0], y: row[column] }));
        });
      }
      chart.data.datasets.forEach((each) => {
        each.hidden = !each.data.some((point) => point.y !== null);
      });
      chart.options.plugins.marks.at = at;
      chart.update("none");
      canvas.setAttribute("aria-label", inWords(described, chart, at.length));
    }
  }
}

/** An entry looks like its curve; a curve without points has none. */
const legendEntries = (chart) =>
  Chart.defaults.plugins.legend.labels.generateLabels(chart)
    .filter((entry) => !entry.hidden)
    .map((entry) => ({ ...entry, lineDash: chart.data.datasets[entry.datasetIndex].borderDash }));

const inWords = (described, chart, events) => {
  const last = chart.data.datasets
    .map((each) => [each.label, each.data.findLast((point) => point.y !== null)?.y])
    .map(([name, value]) => `${name} ${value === undefined ? "not measured" : described.unit(value)}`);
  return `${described.title}. Now: ${last.join(", ")}. ${events} events are marked.`;
};

const configuration = (described) => ({
  type: "line",
  plugins: [marks],
  data: {
    datasets: described.series.map((series) => ({
      label: series.name, data: [], borderDash: series.dash ?? [], stepped: series.stepped ? "before" : false,
      borderWidth: 2, pointRadius: 0, pointHitRadius: 8, pointHoverRadius: 4, spanGaps: true,
    })),
  },
  options: {
    animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
    interaction: { mode: "nearest", axis: "x", intersect: false },
    scales: {
      x: { type: "linear", ticks: { maxRotation: 0, autoSkipPadding: 24, callback: (value) => time(value) }, grid: { drawTicks: false }, border: { display: false } },
      y: {
        type: "linear", suggestedMin: described.range?.[0], suggestedMax: described.range?.[1],
        ticks: { maxTicksLimit: 6, callback: (value) => (described.tick ?? described.unit)(value) }, grid: { drawTicks: false }, border: { display: false },
      },
    },
    plugins: {
      marks: { at: [] },
      legend: { align: "start", labels: { usePointStyle: true, pointStyle: "line", pointStyleWidth: 28, boxHeight: 6, generateLabels: legendEntries } },
      tooltip: {
        callbacks: {
          title: (items) => time(items[0].parsed.x),
          label: (item) => ` ${item.dataset.label}: ${described.unit(item.parsed.y)}`,
        },
      },
    },
  },
});

