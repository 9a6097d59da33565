"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("charts-data").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const grouped = (value, digits) => value.toLocaleString("en", { maximumFractionDigits: digits });
  const written = {
    share: (value) => `${grouped(value * 100, 2)} %`,
    nats: (value) => `${grouped(value, 4)}`,
    milliseconds: (value) => (value >= 1e4 ? `${grouped(value / 1e3, 1)} s` : `${grouped(value, 0)} ms`),
    seconds: (value) => `${grouped(value, 1)} s`,
    bytes: (value) => (value >= 1e6 ? `${grouped(value / 1e6, 1)} MB` : value >= 1e3 ? `${grouped(value / 1e3, 1)} kB` : `${grouped(value, 0)} B`),
    count: (value) => grouped(value, 0),
  };
  const dashes = { line: [], dashed: [7, 4], dotted: [2, 3], steps: [], marks: [] };

  const dataset = (series) => ({
    label: series.name,
    data: series.points,
    colour: series.colour,
    showLine: series.look !== "marks",
    stepped: series.look === "steps" ? "before" : false,
    borderDash: dashes[series.look],
    borderWidth: 2,
    clip: 6,
    pointRadius: series.look === "marks" ? 3 : series.points.length === 1 ? 2 : 0,
    pointHitRadius: 8,
    pointHoverRadius: 4,
  });

  const dot = (colour) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 20, height: 8 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = colour;
    pen.arc(10, 4, 3.5, 0, 2 * Math.PI);
    pen.fill();
    return canvas;
  };

  /** A legend's entry looks like its curve. */
  const legendEntries = (chart) =>
    Chart.defaults.plugins.legend.labels.generateLabels(chart).map((entry) => {
      const { borderDash, showLine, borderColor } = chart.data.datasets[entry.datasetIndex];
      return { ...entry, lineDash: borderDash, pointStyle: showLine ? "line" : dot(borderColor) };
    });

  const axis = (described, type) => ({
    type,
    title: { display: true, text: described.name },
    ticks: { maxRotation: 0, autoSkipPadding: 18, callback: (value) => written[described.unit](value) },
    grid: { drawTicks: false },
    border: { display: false },
  });

  /** Colours come from the style sheet, so that light, dark and paper each have their own. */
  const paint = (chart) => {
    chart.data.datasets.forEach((each) => {
      each.borderColor = style(each.colour);
      each.backgroundColor = style(each.colour);
    });
    Object.values(chart.options.scales).forEach((scale) => {
      scale.title.color = style("soft");
      scale.ticks.color = style("soft");
      scale.grid.color = style("line");
    });
    const { legend, tooltip } = chart.options.plugins;
    legend.labels.color = style("ink");
    Object.assign(tooltip, {
      backgroundColor: style("ink"), titleColor: style("paper"), bodyColor: style("paper"),
    });
    chart.update("none");
  };

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  document.documentElement.classList.add("drawn");
  const drawn = charts.map((chart) => {
    const made = new Chart(document.getElementById(chart.id), {
      type: "line",
      data: { datasets: chart.series.map(dataset) },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: axis(chart.x, "linear"),
          y: axis(chart.y, chart.logarithmic ? "logarithmic" : "linear"),
        },
        plugins: {
          legend: { align: "start", labels: { usePointStyle: true, pointStyleWidth: 28, boxHeight: 6, generateLabels: legendEntries } },
          tooltip: {
            callbacks: {
              title: (items) => `${chart.x.name}: ${written[chart.x.unit](items[0].parsed.x)}`,
              label: (item) => ` ${item.dataset.label}: ${written[chart.y.unit](item.parsed.y)}`,
            },
          },
        },
      },
    });
    paint(made);
    return made;
  });

  const repaint = () => drawn.forEach(paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  matchMedia("print").addEventListener("change", () => { drawn.forEach((chart) => chart.resize()); repaint(); });
})();
