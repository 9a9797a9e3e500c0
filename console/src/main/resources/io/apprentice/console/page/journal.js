// What was decided, by the training and by people, and what could not be read.
import { get } from "./api.js";

const h = (name, attributes = {}, ...children) => {
  const e = Object.assign(document.createElement(name), attributes);
  e.append(...children);
  return e;
};
const WORDS = {
  PROMOTED: "promoted", WITHHELD: "withheld", ROLLED_BACK: "rolled back", STRIDE: "stride", DRIFT: "drift",
  DIRECTED: "asked", REFUSED: "refused", UNKNOWN: "something new",
};
const time = (at) => h("time", {
  dateTime: new Date(at).toISOString(),
  textContent: new Date(at).toLocaleTimeString([], { hour12: false }),
});

let shown = "";

export function journal({ events }) {
  const text = `${events.length} ${events[0]?.at} ${events[0]?.kind}`;
  if (text === shown || !events.length) return;
  shown = text;
  document.getElementById("journal").replaceChildren(...events.map((event) => {
    const person = event.kind === "DIRECTED";
    const title = person ? `${event.by} asked`
      : ["PROMOTED", "WITHHELD", "ROLLED_BACK"].includes(event.kind) ? `${WORDS[event.kind]}, v${event.version} in use`
      : WORDS[event.kind];
    return h("li", { className: person ? "act" : ["ROLLED_BACK", "REFUSED"].includes(event.kind) ? "bad" : "" },
      time(event.at),
      h("div", {}, h("b", { textContent: title }), h("span", { className: "why", textContent: ` ${event.camera ? `${event.camera}: ` : ""}${event.reason}` })));
  }));
}

let known = 0;

export async function letters({ deadLetters }) {
  if (deadLetters === known) return;
  known = deadLetters;
  const list = await get("api/dead-letters");
  const place = document.getElementById("letters");
  const open = new Set([...place.querySelectorAll("details[open]")].map((d) => d.dataset.place));
  place.replaceChildren(
    h("p", { className: "hint", textContent: `${list.count} since ${new Date(list.since).toLocaleString("sv")}; the newest first.` }),
    ...list.newest.map((letter) => {
      const { topic, stage, "error.message": why } = letter.headers;
      const details = h("details", { open: open.has(letter.place) },
        h("summary", {}, time(letter.at), " ", h("b", { textContent: stage ?? "unknown" }), ` ${topic ?? ""} ${letter.key ? `(${letter.key})` : ""}: ${why ?? "no reason given"}`),
        h("pre", { tabIndex: 0, textContent: [
          ...Object.entries(letter.headers).map(([name, value]) => `${name}: ${value}`),
          "", `${letter.bytes} bytes, the first:`, letter.text, "", letter.hex].join("\n") }));
      details.dataset.place = letter.place;
      return details;
    }));
}
