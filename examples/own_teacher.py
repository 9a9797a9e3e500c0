#!/usr/bin/env python3
"""A teacher of your own: reads `frames`, calls `estimate`, writes one label per chosen frame, exactly once.

Replace `Estimator.estimate` by your network or tracker; docs/own-teacher.md explains the rest. The one here is simple
and real: image features of a few frames whose pose somebody has measured (a teach-in) are matched with later frames.

Debian:  apt-get install python3-confluent-kafka python3-avro python3-opencv
Start:   ./apprentice up --teacher external
Usage:   /usr/bin/python3 examples/own_teacher.py [--broker 127.0.0.1:9092] [--registry http://127.0.0.1:8081] [--prefix ""]
             [--stride 3] [--oldest SECONDS] [--idle SECONDS]
"""
import argparse
import collections
import io
import json
import struct
import sys
import time
import urllib.error
import urllib.request

import avro.io
import avro.schema
import cv2
import numpy as np
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

# Object frame, metres: the corners with the smallest and the largest coordinates of the box around the mesh.
BOXES = {"parcel": ((-0.14, -0.095, -0.06), (0.14, 0.095, 0.06))}


class Estimator:
    """Where your estimator goes. A pose is (R, t, C): x_camera = R x_object + t in metres; C is its 6 x 6 covariance, order
    x y z rx ry rz along the camera's axes, metres and radians, the turn about the object's origin; or None if unknown."""

    name, version = "sift", 0
    TEACH_IN = 25  # frames whose known pose is used
    MATCHES = 12  # with fewer, the object is not found

    def __init__(self):
        self.sift = cv2.SIFT_create(600)
        self.views = {}

    def teach(self, image, K, object_id, pose):
        """Remembers the features of a frame whose pose is known. A teacher that needs no teach-in has no such method."""
        views = self.views.setdefault(object_id, [])
        if len(views) == self.TEACH_IN:
            return False
        found, descriptors = self.sift.detectAndCompute(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), None)
        pixels = np.array([f.pt for f in found]).reshape(-1, 2)
        points, on_object = on_the_box(pixels, K, pose, BOXES[object_id])
        if on_object.any():
            views.append((points[on_object], descriptors[on_object]))
        return True

    def estimate(self, image, K, object_id):
        """The pose of an object in an image (RGB, without the lens's distortion), and how sure it is, 0 to 1; or None."""
        found, descriptors = self.sift.detectAndCompute(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), None)
        best = ([], [])
        for points, known in self.views.get(object_id, []):
            if len(known) > 1 and descriptors is not None:
                pairs = cv2.BFMatcher().knnMatch(descriptors, known, k=2)
                good = [a for a, b in pairs if a.distance < 0.75 * b.distance]
                if len(good) > len(best[0]):
                    best = ([points[m.trainIdx] for m in good], [found[m.queryIdx].pt for m in good])
        if len(best[0]) < self.MATCHES:
            return None
        points, pixels = np.float64(best[0]), np.float64(best[1])
        ok, turn, t, inliers = cv2.solvePnPRansac(points, pixels, K, None, reprojectionError=3, iterationsCount=300)
        if not ok or inliers is None or len(inliers) < self.MATCHES:
            return None
        points, pixels = points[inliers[:, 0]], pixels[inliers[:, 0]]
        turn, t = cv2.solvePnPRefineLM(points, pixels, K, None, turn, t)
        R, t = cv2.Rodrigues(turn)[0], t[:, 0]
        errors = pixels - project(points, K, R, t)
        variance = (errors**2).sum() / (2 * len(points) - 6)
        J = np.vstack([jacobian(p, K, R, t) for p in points])
        return (R, t, variance * np.linalg.inv(J.T @ J)), len(inliers) / len(best[0])


def project(points, K, R, t):
    seen = (points @ R.T + t) @ K.T
    return seen[:, :2] / seen[:, 2:]


def jacobian(point, K, R, t):
    """How a point's pixel moves with the pose, 2 x 6."""
    arm = R @ point
    x, y, z = arm + t
    by_point = np.array([[K[0, 0] / z, 0, -K[0, 0] * x / z**2], [0, K[1, 1] / z, -K[1, 1] * y / z**2]])
    a, b, c = arm
    return by_point @ np.hstack([np.eye(3), np.array([[0, c, -b], [-c, 0, a], [b, -a, 0]])])


def on_the_box(pixels, K, pose, box):
    """The points of the object's box that pixels show, and which pixels show any."""
    R, t, _ = pose
    rays = np.hstack([pixels, np.ones((len(pixels), 1))]) @ np.linalg.inv(K).T @ R
    eye = -R.T @ t
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(np.array(side) - eye) / rays for side in box])
    near, far = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
    return eye + near[:, None] * rays, near < far


def keypoints(object_id):
    """The eight corners of the box, in the order (x- y- z-), (x- y- z+), (x- y+ z-), ... (x+ y+ z+)."""
    low, high = BOXES[object_id]
    return np.array([[(low, high)[i >> 2 & 1][0], (low, high)[i >> 1 & 1][1], (low, high)[i & 1][2]] for i in range(8)])


def votes(corners, K, distortion, pose):
    """Twelve cells: the keypoints at the pose's sigma points, so that they spread by J C J^T."""
    R, t, C = pose
    values, axes = np.linalg.eigh(np.zeros((6, 6)) if C is None else C)
    root = axes * np.sqrt(np.maximum(6 * values, 0))
    moved = [(cv2.Rodrigues(d[3:])[0] @ R, t + d[:3]) for d in np.vstack([root.T, -root.T])]
    return np.stack([cv2.projectPoints(corners, cv2.Rodrigues(R)[0], t, K, distortion)[0][:, 0] for R, t in moved])


def label_of(object_id, answer, frame_size, K, distortion):
    """One entry of `objects` in a label."""
    corners = keypoints(object_id)
    cells = np.zeros((0, 8, 2))
    pose, confidence, error = None, 0.0, 0.0
    if answer is not None:
        (R, t, C), confidence = answer
        if ((corners @ R.T + t)[:, 2] > 0).all():
            place = votes(corners, K, distortion, (R, t, None))[:1]
            cells = votes(corners, K, distortion, (R, t, C))
            error = float(np.sqrt(((cells - place) ** 2).sum(axis=2).mean()))
            pose = dict(zip(("qx", "qy", "qz", "qw", "tx", "ty", "tz"), (*quaternion(R), *map(float, t))))
    low, high = (cells.min(axis=(0, 1)), cells.max(axis=(0, 1))) if pose else (np.zeros(2), np.array(frame_size))
    side, size = max(1.0, 1.5 * float((high - low).max())), 128
    scale = size / side
    x, y = (low + high) / 2
    return {
        "object_id": object_id,
        "region": dict(a=scale, b=0.0, c=size / 2 - scale * x, d=0.0, e=scale, f=size / 2 - scale * y, size=size),
        "predictions": {
            "keypoints": 8,
            "scores": [float(confidence)] * len(cells),
            "points": [float(v) for v in cells.reshape(-1)],
        },
        "foreground": None,
        "object_to_camera": pose,
        "quality": {
            "inliers": 8 * len(cells),
            "correspondences": 8 * len(cells),
            "reprojection_error": error,
            "score": float(confidence),
        },
        "refined": False,
    }


def quaternion(R):
    turn = cv2.Rodrigues(R)[0][:, 0]
    angle = np.linalg.norm(turn)
    axis = turn / angle if angle > 0 else turn
    return (*map(float, axis * np.sin(angle / 2)), float(np.cos(angle / 2)))


def matrix(pose):
    """R and t of a `Pose` record."""
    q = np.array([pose["qx"], pose["qy"], pose["qz"]])
    s = np.linalg.norm(q)
    R = cv2.Rodrigues(q / s * 2 * np.arctan2(s, pose["qw"]) if s > 0 else q)[0]
    return R, np.array([pose["tx"], pose["ty"], pose["tz"]]), None


class Registry:
    """Schemas by the registry's Confluent-compatible API. A record is a zero byte, the schema's id in four bytes, Avro."""

    def __init__(self, url):
        self.url, self.readers = url, {}

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}/apis/ccompat/v7/{path}") as answer:
            return json.load(answer)

    def decode(self, value):
        magic, schema_id = struct.unpack(">bI", value[:5])
        if magic != 0:
            raise ValueError(f"not an Avro record: first byte {magic}, expected 0")
        if schema_id not in self.readers:
            self.readers[schema_id] = avro.io.DatumReader(avro.schema.parse(self.get(f"schemas/ids/{schema_id}")["schema"]))
        return self.readers[schema_id].read(avro.io.BinaryDecoder(io.BytesIO(value[5:])))

    def encoder(self, subject):
        """Waits for the schema, which the trainer registers."""
        while True:
            try:
                newest = self.get(f"subjects/{subject}/versions/latest")
                break
            except (urllib.error.URLError, ConnectionError) as problem:
                print(f"waiting for schema {subject}: {problem}", file=sys.stderr, flush=True)
                time.sleep(1)
        head, writer = struct.pack(">bI", 0, newest["id"]), avro.io.DatumWriter(avro.schema.parse(newest["schema"]))

        def encode(record):
            out = io.BytesIO(head)
            out.seek(0, io.SEEK_END)
            writer.write(record, avro.io.BinaryEncoder(out))
            return out.getvalue()

        return encode


def seen(frame):
    """The image (RGB), its camera matrix, and the lens's coefficients or None; the image is undistorted."""
    k = frame["intrinsics"]
    K = np.array([[k["fx"], 0, k["cx"]], [0, k["fy"], k["cy"]], [0, 0, 1.0]])
    image = cv2.imdecode(np.frombuffer(frame["image"], np.uint8), cv2.IMREAD_COLOR)
    if image is None or image.shape[:2] != (k["height"], k["width"]):
        raise ValueError("the image cannot be read, or has another size than its intrinsics say")
    distortion = np.array(k["distortion"]) if k["distortion"] else None
    plain = image if distortion is None else cv2.undistort(image, K, distortion)
    return cv2.cvtColor(plain, cv2.COLOR_BGR2RGB), K, distortion


def label(record, frame, estimator):
    """The label of a frame, for `local-predictions`."""
    image, K, distortion = seen(frame)
    known = {t["object_id"]: matrix(t["object_to_camera"]) for t in frame["ground_truth"]}
    objects = []
    for object_id in BOXES:
        if object_id in known and estimator.teach(image, K, object_id, known[object_id]):
            answer = known[object_id], 1.0
        else:
            answer = estimator.estimate(image, K, object_id)
        objects.append(label_of(object_id, answer, image.shape[1::-1], K, distortion))
    return {
        "camera_id": frame["camera_id"],
        "sequence": frame["sequence"],
        "captured_at": frame["captured_at"],
        "frame_ref": {"partition": record.partition(), "offset": record.offset()},
        "teacher": {"id": estimator.name, "version": estimator.version, "sha256": ""},
        "objects": objects,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--broker", default="127.0.0.1:9092")
    parser.add_argument("--registry", default="http://127.0.0.1:8081")
    parser.add_argument("--prefix", default="", help="topics.prefix")
    parser.add_argument("--stride", type=int, default=3, help="every n-th frame is labelled")
    parser.add_argument("--oldest", type=float, default=2, help="skip frames that came so many seconds ago; 0: none")
    parser.add_argument("--idle", type=float, default=0, help="end after so many seconds without a frame; 0: never")
    o = parser.parse_args()
    frames, labels = o.prefix + "frames", o.prefix + "local-predictions"
    registry = Registry(o.registry)
    encode = registry.encoder(labels + "-value")
    consumer = Consumer({
        "bootstrap.servers": o.broker,
        "group.id": o.prefix + "teacher",  # `status` looks at it
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,  # the producer commits offsets, in the transaction that has the labels
        "isolation.level": "read_committed",
        "session.timeout.ms": 10000,  # so long the frames of a teacher that was killed wait for the next one
    })
    producer = Producer({"bootstrap.servers": o.broker, "transactional.id": o.prefix + "teacher-own"})
    producer.init_transactions()  # ends what a killed predecessor left open
    consumer.subscribe([frames])
    estimator, total, active, shown = Estimator(), collections.Counter(), time.monotonic(), time.monotonic()
    try:
        while not o.idle or time.monotonic() - active < o.idle:
            batch = [r for r in consumer.consume(16, 0.2) if not r.error()]
            if not batch:
                if not consumer.assignment():
                    active = time.monotonic()  # the group is still waiting for a killed member
                continue
            active = time.monotonic()
            producer.begin_transaction()
            ends, counts = {}, collections.Counter()
            for record in batch:
                ends[record.partition()] = record.offset() + 1
                try:
                    frame = registry.decode(record.value())
                    if frame["sequence"] % o.stride != 0:
                        continue
                    if o.oldest and time.time() - record.timestamp()[1] / 1000 > o.oldest:
                        counts["skipped"] += 1
                        continue
                    made = encode(label(record, frame, estimator))
                except (ValueError, cv2.error, avro.errors.AvroException, urllib.error.HTTPError) as problem:
                    counts["unreadable"] += 1
                    print(f"frame {record.partition()}@{record.offset()}: {problem}", file=sys.stderr, flush=True)
                    continue
                producer.produce(labels, made, frame["camera_id"].encode(), partition=record.partition())
                counts["labelled"] += 1
            try:
                producer.send_offsets_to_transaction(
                    [TopicPartition(frames, p, end) for p, end in ends.items()], consumer.consumer_group_metadata())
                producer.commit_transaction()
                total += counts
            except KafkaException as problem:
                if not problem.args[0].txn_requires_abort():
                    raise  # a newer teacher has taken over, for example
                producer.abort_transaction()
                for place in consumer.committed(consumer.assignment()):
                    consumer.seek(TopicPartition(place.topic, place.partition, max(place.offset, 0)))
            if time.monotonic() - shown > 5:
                shown = time.monotonic()
                print(", ".join(f"{n} {what}" for what, n in total.items()), flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        print(", ".join(f"{n} {what}" for what, n in total.items()), flush=True)
        consumer.close()


if __name__ == "__main__":
    main()
