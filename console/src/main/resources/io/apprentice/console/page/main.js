// One second after the other: asks how things stand and shows it. The pictures have a pace of their own.
import { get, wait } from "./api.js";
import { shape } from "./overlay.js";
import { cameraNotes, follow, QUIET, seconds } from "./pictures.js";
import { curves } from "./curves.js";
import { students } from "./students.js";
import { journal, letters } from "./journal.js";

const link = document.getElementById("link");

function connection(on, text) {
  link.className = `link ${on ? "on" : "off"}`;
  if (link.textContent !== text) link.textContent = text;
}

/** Says that Kafka is away; it comes and goes without a reload. */
function away({ brokerSilentMillis: silent }) {
  const place = document.getElementById("away");
  place.hidden = silent < QUIET;
  place.querySelector("span").textContent = `(${seconds(silent)})`;
  connection(place.hidden, place.hidden ? "live" : "waiting for Kafka");
}

const bold = (text) => Object.assign(document.createElement("b"), { textContent: text });
const percent = (share) => `${Math.round(100 * share)} %`;
const number = (value, digits = 0) => (value == null ? "–" : value.toFixed(digits));
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);

function story(state) {
  const place = document.getElementById("story");
  const answers = sum(state.cameras, (c) => c.lastHalfMinute.answers);
  const lost = sum(state.cameras, (c) => c.lastHalfMinute.lost);
  if (!state.cameras.length) {
    place.replaceChildren("No camera has sent a picture yet.");
  } else if (!answers) {
    place.replaceChildren("Pictures come, but no student answers yet.");
  } else {
    const agreement = state.agreement;
    place.replaceChildren(
      "The student finds its object in ", bold(percent(1 - lost / answers)), " of the pictures",
      ...(agreement?.now == null ? ["."] : [
        " and agrees with its teacher in ", bold(percent(agreement.now)),
        agreement.first == null ? "." : `; at first it was ${percent(agreement.first)}.`]));
  }
}

function figures(state) {
  const answers = sum(state.cameras, (c) => c.posesPerSecond);
  const frames = sum(state.cameras, (c) => c.framesPerSecond);
  const half = state.cameras.map((c) => c.lastHalfMinute);
  const duty = sum(half, (h) => h.labels) / sum(half, (h) => h.frames);
  const lost = sum(half, (h) => h.lost);
  const skipped = sum(half, (h) => h.skipped);
  const a = state.agreement;
  const t = state.training;
  const rows = [
    ["student", "Agrees with its teacher", a?.now == null ? "–" : percent(a.now), "",
      a?.now == null ? "no comparison yet" : a.millimetres == null ? "the student did not find what its teacher found, last 30\u00a0s" : `${number(a.millimetres, 1)} mm and ${number(a.degrees, 1)}° apart, last 30\u00a0s`],
    ["", "Poses per second", number(answers, 1), "", `of ${number(frames, 1)} pictures; ${lost} lost, ${skipped} skipped in 30\u00a0s`],
    ["", "Latency", number(state.latency.p50), "ms", state.latency.p99 == null ? "no pose just now" : `99 % within ${number(state.latency.p99)} ms`],
    ["", "The teacher looks at", Number.isFinite(duty) ? percent(duty) : "–", "", "of the pictures"],
    ["", "Training", t ? `v${t.version}` : "–", "", t ? `${t.steps} steps from ${t.labels} labels` : "no step yet"],
  ];
  document.getElementById("figures").replaceChildren(...rows.map(([kind, name, value, unit, more]) => {
    const row = Object.assign(document.createElement("div"), { className: kind });
    const dd = document.createElement("dd");
    dd.append(value, ...(unit ? [" ", Object.assign(document.createElement("small"), { textContent: unit })] : []),
      Object.assign(document.createElement("p"), { textContent: more }));
    row.append(Object.assign(document.createElement("dt"), { textContent: name }), dd);
    return row;
  }));
}

async function followState() {
  for (;;) {
    try {
      const state = await get("api/state");
      away(state);
      story(state);
      figures(state);
      cameraNotes(state);
      students(state);
      journal(state);
      await letters(state);
      await curves(state);
    } catch (e) {
      connection(false, e.status === 401 ? "a token is needed: add #token=… to the address" : "no connection; trying again");
      console.warn(e);
    }
    await wait(document.hidden ? 5000 : 1000);
  }
}

async function objects() {
  for (;;) {
    try {
      return new Map((await get("api/objects")).map((object) => [object.object, shape(object)]));
    } catch (e) {
      await wait(1000);
    }
  }
}

followState();
follow(await objects());
