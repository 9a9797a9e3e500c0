// The student's versions, and what a person may ask of the services.
import { post } from "./api.js";

const h = (name, attributes = {}, ...children) => {
  const e = Object.assign(document.createElement(name), attributes);
  e.append(...children);
  return e;
};
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const percent = (share) => `${Math.round(100 * share)} %`;
const compared = new Set();

let shown = null;
let state = null;

/** Shows what has changed; what somebody is about to press stays where it is. */
export function students(now) {
  state = now;
  const text = JSON.stringify([now.versions, now.directives, now.versionInUse, now.cameras.map((c) => c.id)]);
  const busy = document.getElementById("controls").contains(document.activeElement) && document.activeElement.matches("input");
  if (text === shown || busy) return;
  shown = text;
  const focus = document.activeElement?.dataset?.key;
  controls();
  table();
  if (focus) document.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
}

const directive = (kind, subject) => state.directives.find((d) => d.byPerson && d.kind === kind && d.subject === subject);

function button(text, key, action, className = "") {
  const made = h("button", { type: "button", textContent: text, className });
  made.dataset.key = key;
  made.addEventListener("click", action);
  return made;
}

const asked = (d) => ` by ${d.by} at ${clock(d.at)}${d.reason ? `: ${d.reason}` : ""}`;

function row(title, small, ...tools) {
  return h("div", { className: "control" }, h("p", {}, title, " ", h("small", { textContent: small })), ...tools);
}

function controls() {
  const rows = [];
  for (const student of new Set(state.versions.map((v) => v.student))) {
    const pin = directive("PIN", student);
    const pause = directive("PAUSE", student);
    rows.push(pin
      ? row(`Version ${pin.version} is pinned`, asked(pin), button("Follow the newest", `unpin-${student}`, () =>
          ask({ kind: "PIN", student, remove: true }, "Follow the newest version?", "The inference uses the newest version of the student again, and each one that comes.", "Follow")))
      : row("The newest version is used", ""));
    rows.push(pause
      ? row("The training rests", asked(pause), button("Go on", `resume-${student}`, () =>
          ask({ kind: "PAUSE", student, remove: true }, "Let the training go on?", "It goes on where it stopped. Labels that came meanwhile are skipped where too many wait (student.max-lag).", "Go on")))
      : row("The training goes on", "", button("Pause training", `pause-${student}`, () =>
          ask({ kind: "PAUSE", student }, "Pause the training?", "The student learns nothing until somebody lets it go on. It keeps its place, also when the trainer is started anew.", "Pause"))));
  }
  for (const { id } of state.cameras) {
    const stride = directive("STRIDE", id);
    const input = h("input", { type: "number", min: 1, max: 100000, value: stride?.stride ?? "", placeholder: "n" });
    input.setAttribute("aria-label", `The teacher labels every n-th picture of ${id}`);
    rows.push(row(
      stride ? `${id}: 1 of ${stride.stride} pictures is labelled` : `${id}: the teacher’s own stride`,
      stride ? asked(stride) : "",
      input,
      button("Set", `stride-${id}`, () => {
        if (!input.value) return input.focus();
        ask({ kind: "STRIDE", camera: id, stride: Number(input.value) }, `Label 1 of ${input.value} pictures of ${id}?`, "A large number saves the teacher’s work, and the student learns more slowly.", "Set");
      }),
      ...(stride ? [button("Let go", `unstride-${id}`, () =>
        ask({ kind: "STRIDE", camera: id, remove: true }, `Let go of the stride of ${id}?`, "The training’s wishes or the teacher’s settings hold again.", "Let go"))] : [])));
  }
  document.getElementById("controls").replaceChildren(...rows);
}

const number = (value, digits = 0) => (value == null ? "–" : value.toFixed(digits));
const agreement = (v) => (v.compared ? percent(v.agreed / v.compared) : "–");

function table() {
  const place = document.getElementById("students");
  if (!state.versions.length) return;
  const head = h("tr", {}, ...["version", "from", "at", "labels", "agrees", "apart", "loss", "compare", ""].map((name, i) =>
    h("th", { scope: "col", textContent: name, className: i > 2 && i < 7 ? "number" : "" })));
  const rows = state.versions.slice(0, 60).map((v) => {
    const pinned = directive("PIN", v.student)?.version === v.version;
    const used = state.versionInUse === v.version;
    const first = h("td", { textContent: `v${v.version}` });
    if (used) first.append(h("span", { className: "tag", textContent: "in use" }));
    if (pinned) first.append(h("span", { className: "tag", textContent: "pinned" }));
    const check = h("input", { type: "checkbox", checked: compared.has(v.version), disabled: compared.size >= 2 && !compared.has(v.version) });
    check.setAttribute("aria-label", `Compare version ${v.version}`);
    check.dataset.key = `compare-${v.version}`;
    check.addEventListener("change", () => {
      check.checked ? compared.add(v.version) : compared.delete(v.version);
      shown = null;
      students(state);
    });
    const use = v.kept && !pinned ? [pinButton(v)] : [v.kept ? "" : "gone"];
    const from = v.restored != null ? `v${v.restored} again` : v.parent == null ? "the start" : `v${v.parent}`;
    return h("tr", { className: used ? "used" : "" }, first,
      ...[[from], [clock(v.publishedAt)], [v.labels, 1], [agreement(v), 1], [v.meanDiameters == null ? "–" : percent(v.meanDiameters), 1], [number(v.metrics.total, 2), 1]]
        .map(([textContent, right]) => h("td", { textContent, className: right ? "number" : "" })),
      h("td", {}, check), h("td", { className: "number" }, ...use));
  });
  const scroll = h("div", { className: "scroll", tabIndex: 0 }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "All versions");
  const before = place.querySelector(".scroll")?.scrollTop ?? 0;
  place.replaceChildren(scroll, ...comparison());
  scroll.scrollTop = before;
}

/** Pinning an older version is how one rolls back. */
function pinButton({ student, version }) {
  const older = version < state.versionInUse;
  const made = button(older ? "Roll back" : "Pin", `pin-${version}`, () =>
    ask({ kind: "PIN", student, version }, older ? `Roll back to version ${version}?` : `Use version ${version} from now on?`,
      `The inference goes ${older ? "back " : ""}to version ${version} and stays with it, also over restarts, until somebody lets it follow the newest again. The training goes on.`, older ? "Roll back" : "Pin", older));
  made.title = older ? `Pins v${version}: the inference goes back to it and stays with it` : `Pins v${version}: the inference stays with it`;
  return made;
}

function comparison() {
  const two = state.versions.filter((v) => compared.has(v.version)).sort((a, b) => a.version - b.version);
  if (two.length < 2) return two.length ? [h("p", { className: "hint", textContent: "Choose a second version to compare." })] : [];
  const [a, b] = two;
  const rows = [
    ["came from", (v) => (v.restored != null ? `v${v.restored}, restored` : v.parent == null ? "the start" : `v${v.parent}`)],
    ["teacher", (v) => v.teacher ?? "–"],
    ["labels learned from", (v) => v.labels],
    ["steps", (v) => v.steps],
    ["agrees with the teacher", (v) => (v.compared ? `${percent(v.agreed / v.compared)} of ${v.compared}` : "–")],
    ["mean distance, of the diameter", (v) => (v.meanDiameters == null ? "–" : `${(100 * v.meanDiameters).toFixed(1)} %`)],
    ...[...new Set([...Object.keys(a.metrics), ...Object.keys(b.metrics)])].sort().map((name) => [name.replace("_", " "), (v) => number(v.metrics[name], 3)]),
    ["SHA-256", (v) => `${v.sha256.slice(0, 12)}…`],
  ];
  return [h("table", {},
    h("thead", {}, h("tr", {}, ...["", `v${a.version}`, `v${b.version}`].map((textContent) => h("th", { textContent, scope: "col" })))),
    h("tbody", {}, ...rows.map(([name, of]) => h("tr", {}, h("th", { textContent: name, scope: "row" }), h("td", { textContent: of(a) }), h("td", { textContent: of(b) })))))];
}

const dialog = document.getElementById("ask");
const by = document.getElementById("ask-by");
document.getElementById("ask-no").addEventListener("click", () => dialog.close("cancel"));

/** Asks before something is done; then does it and says what came of it. */
function ask(request, title, text, yes, danger = false) {
  document.getElementById("ask-title").textContent = title;
  document.getElementById("ask-text").textContent = text;
  const go = document.getElementById("ask-yes");
  go.textContent = yes;
  go.className = danger ? "danger" : "primary";
  by.value = localStorage.getItem("apprentice-name") ?? "";
  dialog.returnValue = "cancel";
  dialog.showModal();
  (by.value ? go : by).focus();
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "yes" || !by.value.trim()) return;
    localStorage.setItem("apprentice-name", by.value.trim());
    try {
      const answer = await post("api/directives", { ...request, by: by.value.trim() });
      tell((await answer.json()).done);
    } catch (e) {
      tell(`Not done. ${e.message}`);
    }
  }, { once: true });
}

function tell(text) {
  const place = document.getElementById("told");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (place.hidden = true), 6000);
}
