// The pictures: asks for the newest, draws it, asks again. A page that is slow or hidden asks less often.
import { pictures, wait } from "./api.js";
import { INK, pen, ready } from "./overlay.js";

/** Milliseconds after which silence is worth a word. */
export const QUIET = 4000;
export const seconds = (millis) => `${Math.round(millis / 1000)}\u00a0s`;

const cameras = new Map();
const option = (id) => document.getElementById(id).checked;

const element = (name, attributes = {}, ...children) => {
  const e = Object.assign(document.createElement(name), attributes);
  e.append(...children);
  return e;
};

function card(id) {
  if (cameras.has(id)) return cameras.get(id);
  const view = (kind) => {
    const canvas = element("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${id}: no picture yet`);
    const chips = element("ul", { className: "chips" });
    const caption = element("figcaption");
    return { canvas, chips, caption, figure: element("figure", { className: kind }, canvas, chips, caption) };
  };
  const made = { live: view("live"), teacher: view("teacher"), rate: element("small"), lost: element("div", { className: "missing", hidden: true }) };
  made.teacher.caption.textContent = "The teacher has not labelled a picture yet.";
  const place = document.getElementById("cameras");
  place.querySelector(".empty")?.remove();
  place.append(element("div", { className: "camera" }, element("h3", {}, id, made.rate), made.live.figure, made.teacher.figure, made.lost));
  cameras.set(id, made);
  return made;
}

function chips(list, items) {
  const text = items.map(([kind, words]) => `${kind}:${words}`).join();
  if (list.dataset.text === text) return;
  list.dataset.text = text;
  list.replaceChildren(...items.map(([className, textContent]) => element("li", { className, textContent })));
}

async function draw({ head, image }, shapes) {
  const view = card(head.camera)[head.kind];
  const bitmap = await createImageBitmap(image);
  const { width, height } = head.intrinsics;
  const shown = Math.max(1, Math.round(view.canvas.clientWidth * devicePixelRatio));
  const [w, h] = [shown, Math.round((shown * height) / width)];
  if (view.canvas.width !== w || view.canvas.height !== h) Object.assign(view.canvas, { width: w, height: h });
  const context = view.canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0, w, h);
  bitmap.close();
  const p = pen(context, head.intrinsics, w / width);
  const thick = Math.max(1, w / 480);
  for (const truth of head.truth) {
    const [pose, of] = [ready(truth), shapes.get(truth.object)];
    if (pose && of) p.outline(pose, of, INK.truth, 1.2 * thick, [5 * thick, 4 * thick]);
  }
  if (head.truth.length) document.querySelector(".legend .truth").hidden = false;
  if (head.kind === "teacher") labelled(head, view, p, shapes, thick);
  else live(head, view, p, shapes, thick);
}

function live(head, view, p, shapes, thick) {
  const said = [];
  for (const answer of head.poses) {
    const [pose, of] = [ready(answer), shapes.get(answer.object)];
    if (pose && of) {
      if (option("box")) {
        p.box(pose, of, INK.student);
        p.axes(pose, of);
      }
      p.outline(pose, of, INK.student, 2.2 * thick);
    }
    said.push(
      answer.status === "LOST" ? ["lost", `LOST: ${answer.object} not found`]
      : answer.status === "SKIPPED" ? ["skipped", `${answer.object} skipped`]
      : ["found", `${answer.object} ${(Math.hypot(...answer.translation)).toFixed(2)} m`]);
  }
  chips(view.chips, said);
  const version = head.poses[0]?.version;
  view.caption.textContent = head.poses.length
    ? `Student v${version}, live · picture ${head.sequence}`
    : `Live · picture ${head.sequence} · nobody answers`;
  describe(view, `${head.camera}, live: ${said.map((s) => s[1]).join(", ") || "no answer"}`);
}

function labelled(head, view, p, shapes, thick) {
  const said = [];
  for (const label of head.labels) {
    const [pose, of] = [ready(label), shapes.get(label.object)];
    const student = ready(head.poses.find((answer) => answer.object === label.object));
    if (student && of) p.outline(student, of, INK.student, 1.4 * thick);
    if (pose && of) p.outline(pose, of, INK.teacher, 2 * thick);
    else said.push(["lost", `teacher: ${label.object} not found`]);
    if (option("votes")) p.votes(label.votes ?? [], label.keypoints, INK.teacher);
  }
  if (option("votes")) for (const cloud of head.clouds ?? []) p.votes(cloud.votes, cloud.keypoints, INK.student);
  chips(view.chips, said);
  const refined = head.labels.some((label) => label.refined) ? ", confirmed by the picture" : "";
  view.caption.textContent = `Teacher’s newest label · picture ${head.sequence}${refined}`;
  describe(view, `${head.camera}, the teacher's newest label: ${said.map((s) => s[1]).join(", ") || "found"}`);
}

function describe(view, text) {
  if (view.canvas.getAttribute("aria-label") !== text) view.canvas.setAttribute("aria-label", text);
}

/** Says beside each camera how fast it is, and why objects are not found. */
export function cameraNotes(state) {
  for (const camera of state.cameras) {
    why(card(camera.id).lost, camera.lost, state.now);
    const pace = camera.silentMillis > QUIET ? `no picture for ${seconds(camera.silentMillis)}` : `${camera.framesPerSecond.toFixed(1)} pictures/s`;
    card(camera.id).rate.textContent =
      `${camera.width} × ${camera.height} · ${pace} · ${camera.posesPerSecond.toFixed(1)} poses/s`;
  }
}

/** What is not found for long: by whom, what it looked like, what was tried and what helps. */
function why(place, unsorted, now) {
  const lost = unsorted.toSorted((a, b) => a.object.localeCompare(b.object));
  const text = JSON.stringify(lost.map(({ since, ...rest }) => rest));
  if (place.dataset.text !== text) {
    place.dataset.text = text;
    place.hidden = !lost.length;
    place.replaceChildren(...[...new Set(lost.map((one) => one.object))].flatMap((object) => {
      const of = lost.filter((one) => one.object === object);
      return [
        ...of.map((one) => element("p", {}, element("b", {}, `The ${one.by} has not found ${object} for `, element("span", { className: "for" })), `: ${one.looks}.`)),
        element("ul", {}, ...[...new Set(of.flatMap((one) => one.advice))].map((line) => element("li", {}, line)))];
    }));
  }
  place.querySelectorAll(".for").forEach((span, i) => (span.textContent = seconds(now - lost[i].since)));
}

/** Draws without end. */
export async function follow(shapes) {
  let cursor = 0;
  for (;;) {
    try {
      if (document.hidden) {
        await wait(300);
        continue;
      }
      const news = await pictures(cursor);
      cursor = news.cursor;
      for (const picture of news.list) await draw(picture, shapes).catch(console.warn);
      await new Promise(requestAnimationFrame);
    } catch (e) {
      await wait(1000); // the state says that there is no connection
    }
  }
}
