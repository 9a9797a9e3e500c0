// Draws poses and votes on a picture.
import { eye, matrix, pixel } from "./camera.js";

const DARK = "rgba(6, 10, 14, .75)";
export const INK = { student: "#35e0a1", teacher: "#ffb73d", truth: "#ffffff" };
const AXES = [["#ff5a52", [1, 0, 0]], ["#6fdc4a", [0, 1, 0]], ["#5c9dff", [0, 0, 1]]];
const BOX = [[0, 1], [0, 2], [0, 4], [1, 3], [1, 5], [2, 3], [2, 6], [3, 7], [4, 5], [4, 6], [5, 7], [6, 7]];

/** Prepares an object for drawing: its faces, and for each edge the faces beside it. */
export function shape({ diameter, low, high, vertices, triangles }) {
  const at = (i) => vertices.slice(3 * i, 3 * i + 3);
  const faces = [];
  const edges = new Map();
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = triangles.slice(i, i + 3);
    const [a, b, c] = corners.map(at);
    const [u, v] = [b, c].map((p) => p.map((x, k) => x - a[k]));
    const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    faces.push({ normal, d: normal[0] * a[0] + normal[1] * a[1] + normal[2] * a[2] });
    for (let k = 0; k < 3; k++) {
      const [p, q] = [corners[k], corners[(k + 1) % 3]].sort((x, y) => x - y);
      const key = p * 1e6 + q;
      if (!edges.has(key)) edges.set(key, { from: at(p), to: at(q), faces: [] });
      edges.get(key).faces.push(faces.length - 1);
    }
  }
  const corners = Array.from({ length: 8 }, (_, i) => [2, 1, 0].map((bit, k) => ((i >> bit) & 1 ? high[k] : low[k])));
  const centre = low.map((x, k) => (x + high[k]) / 2);
  return { diameter, centre, faces, edges: [...edges.values()], corners };
}

/** One picture's pen: knows camera and scale. */
export function pen(context, intrinsics, scale) {
  const steps = intrinsics.distortion.length ? 8 : 1;
  const place = (pose, point) => {
    const p = pixel(intrinsics, pose.matrix, pose.translation, point);
    return p && [(p[0] + 0.5) * scale, (p[1] + 0.5) * scale];
  };
  const line = (path, pose, from, to) => {
    let open = false;
    for (let i = 0; i <= steps; i++) {
      const p = place(pose, from.map((x, k) => x + ((to[k] - x) * i) / steps));
      if (!p) open = false;
      else if (open) path.lineTo(...p);
      else {
        path.moveTo(...p);
        open = true;
      }
    }
  };
  const stroke = (path, colour, width, dash = []) => {
    context.lineCap = context.lineJoin = "round";
    context.setLineDash(dash);
    context.strokeStyle = DARK;
    context.lineWidth = width + 2;
    if (!dash.length) context.stroke(path);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
    context.setLineDash([]);
  };

  return {
    outline(pose, of, colour, width, dash) {
      const from = eye(pose.matrix, pose.translation);
      const front = of.faces.map(({ normal, d }) => normal[0] * from[0] + normal[1] * from[1] + normal[2] * from[2] > d);
      const path = new Path2D();
      for (const edge of of.edges) {
        if (edge.faces.length < 2 || edge.faces.some((f) => front[f] !== front[edge.faces[0]])) line(path, pose, edge.from, edge.to);
      }
      stroke(path, colour, width, dash);
    },
    box(pose, of, colour) {
      const path = new Path2D();
      BOX.forEach(([a, b]) => line(path, pose, of.corners[a], of.corners[b]));
      context.globalAlpha = 0.55;
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.stroke(path);
      context.globalAlpha = 1;
    },
    axes(pose, of) {
      for (const [colour, axis] of AXES) {
        const path = new Path2D();
        line(path, pose, of.centre, of.centre.map((x, k) => x + axis[k] * of.diameter * 0.3));
        stroke(path, colour, 2.5);
      }
    },
    /** A point for each vote, the larger and fuller the surer its cell: squares or, of the teacher, discs. */
    votes(values, keypoints, ink) {
      const stride = 1 + 2 * keypoints;
      for (let cell = 0; cell + stride <= values.length; cell += stride) {
        const weight = Math.max(0, Math.min(1, values[cell]));
        const radius = Math.max(1.2, scale) * (0.7 + 0.9 * weight);
        const dots = new Path2D();
        for (let i = cell + 1; i < cell + stride; i += 2) {
          const [x, y] = [(values[i] + 0.5) * scale, (values[i + 1] + 0.5) * scale];
          if (ink === INK.student) dots.rect(x - radius, y - radius, 2 * radius, 2 * radius);
          else {
            dots.moveTo(x + radius, y);
            dots.arc(x, y, radius, 0, 7);
          }
        }
        context.globalAlpha = 0.2 + 0.7 * weight;
        context.lineWidth = 1.5;
        context.strokeStyle = DARK;
        context.stroke(dots);
        context.fillStyle = ink;
        context.fill(dots);
      }
      context.globalAlpha = 1;
    },
  };
}

/** A pose of the server, ready to draw; null without one. */
export const ready = (pose) => pose?.rotation && { matrix: matrix(pose.rotation), translation: pose.translation };
