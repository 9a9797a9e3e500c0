// Where a point of an object lies in the picture: the pose, then OpenCV's camera model.

/** Rows of the rotation matrix of a unit quaternion x y z w. */
export function matrix([x, y, z, w]) {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The camera's place in the object's frame. */
export function eye(rotation, t) {
  return [0, 1, 2].map((i) => -(rotation[0][i] * t[0] + rotation[1][i] * t[1] + rotation[2][i] * t[2]));
}

/** Pixel of a point of the object; null behind the camera. */
export function pixel(intrinsics, rotation, t, point) {
  const z = dot(rotation[2], point) + t[2];
  if (z < 1e-3) return null;
  const x = (dot(rotation[0], point) + t[0]) / z;
  const y = (dot(rotation[1], point) + t[1]) / z;
  const [u, v] = intrinsics.distortion.length ? distorted(intrinsics.distortion, x, y) : [x, y];
  return [intrinsics.fx * u + intrinsics.cx, intrinsics.fy * v + intrinsics.cy];
}

function distorted(k, x, y) {
  const [k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0, k4 = 0, k5 = 0, k6 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, ax = 0, ay = 0] = k;
  const r = x * x + y * y;
  const radial = (1 + r * (k1 + r * (k2 + r * k3))) / (1 + r * (k4 + r * (k5 + r * k6)));
  const u = x * radial + 2 * p1 * x * y + p2 * (r + 2 * x * x) + r * (s1 + r * s2);
  const v = y * radial + p1 * (r + 2 * y * y) + 2 * p2 * x * y + r * (s3 + r * s4);
  return ax || ay ? tilted(ax, ay, u, v) : [u, v];
}

function tilted(ax, ay, x, y) {
  const [sx, cx, sy, cy] = [Math.sin(ax), Math.cos(ax), Math.sin(ay), Math.cos(ay)];
  const u = cy * x + sy * sx * y - sy * cx;
  const v = cx * y + sx;
  const w = sy * x - cy * sx * y + cy * cx;
  return [(cy * cx * u + sy * cx * w) / w, (cy * cx * v - sx * w) / w];
}
