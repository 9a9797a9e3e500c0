// The console's own server, and nothing else. A token, where one is needed, comes once behind the '#' of the address.

const KEY = "apprentice-token";
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, "", location.pathname);
}

export const wait = (millis) => new Promise((done) => setTimeout(done, millis));

async function ask(path, options = {}) {
  const token = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(path, { ...options, headers, signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({ detail: answer.statusText }));
    throw Object.assign(new Error(problem.detail), { status: answer.status });
  }
  return answer;
}

/** A JSON document. */
export const get = async (path) => (await ask(path)).json();

/** What is new among the pictures: [{head, image}], and how far that goes. */
export async function pictures(after) {
  const answer = await ask(`api/pictures?after=${after}`);
  if (answer.status === 204) return { cursor: after, list: [] };
  const bytes = await answer.arrayBuffer();
  const view = new DataView(bytes);
  const text = new TextDecoder();
  const list = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const head = view.getUint32(at);
    const image = view.getUint32(at + 4 + head);
    list.push({
      head: JSON.parse(text.decode(new Uint8Array(bytes, at + 4, head))),
      image: new Blob([new Uint8Array(bytes, at + 8 + head, image)]),
    });
    at += 8 + head + image;
  }
  return { cursor: Number(answer.headers.get("Cursor")), list };
}

/** Asks the services for something. */
export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
