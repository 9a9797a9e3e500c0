// The past as charts, all on one axis of time.
import uPlot from "./uplot/uPlot.js";
import { get } from "./api.js";

const percent = (share) => (share == null ? null : 100 * share);
const CHARTS = [
  { title: "Within a tenth of the diameter", unit: "%", range: [0, 100], lines: [
    { of: "agreement", name: "of the teacher", ink: "student", map: percent },
    { of: "truth.student", name: "of the truth", ink: "third", dash: true, map: percent },
    { of: "truth.teacher", name: "teacher", ink: "teacher", dash: true, map: percent }] },
  { title: "Distance to the teacher", lines: [
    { of: "apart.mm", name: "mm", ink: "student" },
    { of: "apart.degrees", name: "degrees", ink: "third", right: true }] },
  { title: "Loss", lines: "loss." },
  { title: "Per second", lines: [
    { of: "frames", name: "pictures", ink: "truth" },
    { of: "poses", name: "poses", ink: "student" },
    { of: "labels", name: "labels", ink: "teacher" }] },
  { title: "Latency", unit: "ms", lines: [
    { of: "latency.p50", name: "median", ink: "student" },
    { of: "latency.p99", name: "99 %", ink: "third" }] },
  { title: "The teacher’s work", lines: [
    { of: "duty", name: "% of pictures", ink: "teacher", map: percent },
    { of: "lag.trainer", name: "labels waiting", ink: "third", right: true }] },
];
const INKS = ["student", "teacher", "third", "bad", "truth", "soft"];
const LONGEST = 3600;

const data = { width: 0, times: [], series: {} };
const plots = [];
let marks = [];
let span = 0;
let zoom = null;
let paused = false;

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const place = document.getElementById("charts");

/** Takes what is new, and draws it unless the page is paused. */
export async function curves(state) {
  const last = data.times.at(-1) ?? 0;
  const news = await get(`api/curves?after=${last}&width=${data.width}`);
  if (news.width !== data.width) Object.assign(data, { width: news.width, times: [], series: {} });
  const before = data.times.length;
  data.times.push(...news.times);
  for (const [name, values] of Object.entries(news.series)) {
    const all = (data.series[name] ??= Array(before).fill(null));
    all.push(...values);
  }
  const over = Math.max(0, data.times.length - LONGEST);
  data.times.splice(0, over);
  for (const values of Object.values(data.series)) values.splice(0, over);
  duty();
  marks = (state.versions ?? []).filter((v) => v.version > 0).map((v) => ({ at: v.publishedAt / 1000, text: `v${v.version}` }));
  if (!paused) draw();
}

/** The labels' share of the pictures, over half a minute like the other shares. */
function duty() {
  const { labels, frames } = data.series;
  if (!labels || !frames) return;
  const window = Math.max(1, Math.round(30_000 / data.width));
  let [l, f] = [0, 0];
  data.series.duty = frames.map((_, i) => {
    l += (labels[i] ?? 0) - (labels[i - window] ?? 0);
    f += (frames[i] ?? 0) - (frames[i - window] ?? 0);
    return f > 1e-9 ? Math.max(0, l) / f : null;
  });
}

function lines(chart) {
  if (typeof chart.lines !== "string") return chart.lines.filter((line) => data.series[line.of]?.some((v) => v != null));
  return Object.keys(data.series).filter((name) => name.startsWith(chart.lines) && name !== "loss.gradient_norm").sort()
    .map((of, i) => ({ of, name: of.slice(chart.lines.length), ink: INKS[i % INKS.length] }));
}

const text = (value, unit) => (value == null ? "–" : `${Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(unit === "%" ? 0 : Math.abs(value) < 10 ? 2 : 1)}${unit ? `\u00a0${unit}` : ""}`);

/** The newest value up to a row: not every row has one of each curve. */
function near(values, i) {
  while (i > 0 && values?.[i] == null) i--;
  return values?.[i];
}

const two = (n) => String(n).padStart(2, "0");
const clock = (seconds, step) => {
  const d = new Date(1000 * seconds);
  return step >= 86400 ? `${two(d.getDate())}.${two(d.getMonth() + 1)}.` : `${two(d.getHours())}:${two(d.getMinutes())}${step < 60 ? `:${two(d.getSeconds())}` : ""}`;
};

function build() {
  plots.splice(0).forEach((p) => p.plot.destroy());
  place.replaceChildren();
  const axis = { stroke: css("soft"), grid: { stroke: css("line"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif", size: 40, gap: 4 };
  for (const chart of CHARTS) {
    const of = lines(chart);
    const box = document.createElement("div");
    box.className = "chart";
    const head = document.createElement("h3");
    head.append(Object.assign(document.createElement("span"), { textContent: chart.title }));
    const values = of.map((line) => {
      const small = document.createElement("small");
      small.style.setProperty("--ink", css(line.ink));
      if (line.dash) small.className = "dashed";
      head.append(small);
      return small;
    });
    const canvas = document.createElement("div");
    canvas.className = "plot";
    box.append(head, canvas);
    place.append(box);
    const legend = (u, i) => of.forEach((line, k) => {
      values[k].textContent = `${line.name}\u00a0${text(near(u.data[k + 1], i), chart.unit)}`;
    });
    const plot = new uPlot({
      width: Math.max(100, canvas.clientWidth), height: 170,
      legend: { show: false },
      cursor: { sync: { key: "console" }, drag: { setScale: false, x: true, y: false }, bind: { dblclick: () => all }, points: { size: 6 } },
      scales: { x: { time: true }, y: { range: range(chart.range) }, right: { range: range() } },
      axes: [{ ...axis, size: 26, space: 64, values: (u, ticks, axis, space, step) => ticks.map((t) => clock(t, step)) }, axis, ...(of.some((line) => line.right) ? [{ ...axis, scale: "right", side: 1, grid: { show: false } }] : [])],
      series: [{}, ...of.map((line) => ({
        scale: line.right ? "right" : "y", stroke: css(line.ink), width: line.dash ? 1.25 : 1.75,
        dash: line.dash ? [5, 4] : undefined, spanGaps: true, points: { show: false } }))],
      hooks: {
        draw: [drawMarks],
        setCursor: [(u) => legend(u, u.cursor.idx ?? latest(u))],
        setData: [(u) => legend(u, latest(u))],
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          zoom = [u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")];
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          draw();
        }],
      },
    }, [[]], canvas);
    plots.push({ chart, plot, of, canvas });
  }
  built = signature();
}

const latest = (u) => u.data[0].length - 1;

function range(fixed) {
  return (u, low, high) => fixed ?? (low == null ? [0, 1] : [Math.min(0, low), high > 0 ? high * 1.08 : 1]);
}

function all() {
  zoom = null;
  draw();
}

/** A line for each version of the student; its name where there is room. */
function drawMarks(u) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = css("soft");
  ctx.fillStyle = css("soft");
  ctx.globalAlpha = 0.75;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
  let free = Infinity;
  for (const mark of [...marks].sort((a, b) => b.at - a.at)) {
    const x = u.valToPos(mark.at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(mark.text).width + 6 * devicePixelRatio;
    if (x + width < free && x + width < bbox.left + bbox.width) {
      ctx.fillText(mark.text, x + 3 * devicePixelRatio, bbox.top + 9 * devicePixelRatio);
      free = x;
    }
  }
  ctx.restore();
}

const signature = () => CHARTS.map((chart) => lines(chart).map((line) => line.of).join()).join(";");
let built = null;

function draw() {
  if (!data.times.length) return;
  if (built !== signature()) build();
  const times = data.times.map((t) => t / 1000);
  const end = times.at(-1);
  const [min, max] = zoom ?? [span ? Math.max(times[0], end - span) : times[0], Math.max(end, times[0] + 10)];
  for (const { plot, of } of plots) {
    plot.batch(() => {
      plot.setData([times, ...of.map((line) => (line.map ? data.series[line.of].map(line.map) : data.series[line.of]))], false);
      plot.setScale("x", { min, max });
    });
  }
}

function save(name, blob) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

document.getElementById("pause").addEventListener("click", ({ currentTarget: button }) => {
  paused = !paused;
  button.setAttribute("aria-pressed", paused);
  button.textContent = paused ? "Go on" : "Pause";
  if (!paused) draw();
});
for (const button of document.querySelectorAll("[data-span]")) {
  button.addEventListener("click", () => {
    [span, zoom] = [Number(button.dataset.span), null];
    document.querySelectorAll("[data-span]").forEach((b) => b.setAttribute("aria-pressed", b === button));
    draw();
  });
}
document.getElementById("csv").addEventListener("click", () => {
  const names = Object.keys(data.series).sort();
  const rows = data.times.map((t, i) => [new Date(t).toISOString(), ...names.map((name) => data.series[name][i] ?? "")].join());
  save("apprentice-curves.csv", new Blob([["time", ...names].join(), "\n", rows.join("\n"), "\n"], { type: "text/csv" }));
});
document.getElementById("png").addEventListener("click", () => {
  if (!plots.length) return;
  const [across, ratio] = [2, devicePixelRatio];
  const [w, h] = [Math.max(...plots.map((p) => p.plot.ctx.canvas.width)) + 24 * ratio, plots[0].plot.ctx.canvas.height + 44 * ratio];
  const canvas = Object.assign(document.createElement("canvas"), { width: across * w, height: Math.ceil(plots.length / across) * h });
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = css("card");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  plots.forEach(({ plot, chart, of }, i) => {
    const [x, y] = [(i % across) * w + 12 * ratio, Math.floor(i / across) * h];
    ctx.font = `600 ${13 * ratio}px system-ui, sans-serif`;
    ctx.fillStyle = css("text");
    ctx.fillText(chart.title, x, y + 20 * ratio);
    let right = x + ctx.measureText(chart.title).width + 14 * ratio;
    ctx.font = `${12 * ratio}px system-ui, sans-serif`;
    for (const line of of) {
      ctx.fillStyle = css(line.ink);
      ctx.fillText(line.name, right, y + 20 * ratio);
      right += ctx.measureText(line.name).width + 12 * ratio;
    }
    ctx.drawImage(plot.ctx.canvas, x, y + 30 * ratio);
  });
  canvas.toBlob((blob) => save("apprentice-curves.png", blob));
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  built = null;
  draw();
});
new ResizeObserver(() => plots.forEach(({ plot, canvas }) => plot.setSize({ width: Math.max(100, canvas.clientWidth), height: 170 }))).observe(place);
