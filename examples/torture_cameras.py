#!/usr/bin/env python3
"""Kills, freezes and restarts a camera and its decoder under a running Apprentice, and measures what comes of it.

Two cameras speak RTSP (examples/rtsp_camera.py). One has twenty accidents in ten minutes, the other is left alone. Every
frame that arrived must be answered once. Nothing else may run in this folder: `up` is started here.

Debian:  the packages that examples/rtsp_camera.py names
Usage:   /usr/bin/python3 examples/torture_cameras.py [--minutes 10] [--accidents 20] [--fps 5]
"""
import argparse
import collections
import json
import os
import random
import re
import signal
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--minutes", type=float, default=10)
parser.add_argument("--accidents", type=int, default=20)
parser.add_argument("--fps", type=int, default=5)
options = parser.parse_args()

HOME = Path(__file__).resolve().parent.parent
HTTP = 18099
LEFT, RIGHT = 18554, 18564
SETTLED = 20  # seconds after an accident in which the camera must be back


def start_camera(port):
    camera = subprocess.Popen(["/usr/bin/python3", HOME / "examples/rtsp_camera.py", "--port", str(port), "--fps",
                               str(options.fps)], stdout=subprocess.PIPE, text=True)
    assert camera.stdout.readline().startswith("rtsp://"), "the camera did not start"
    return camera


def metrics():
    with urllib.request.urlopen(f"http://127.0.0.1:{HTTP}/metrics", timeout=10) as answer:
        found = re.findall(r'^apprentice_ingest_(\w+?)(?:_total)?\{camera="(\w+)"\} (\S+)$', answer.read().decode(), re.M)
    return {(camera, name): float(value) for name, camera, value in found}


class Watch(threading.Thread):
    """Notes, ten times a second, when a camera's count of frames rose."""

    def __init__(self):
        super().__init__(daemon=True)
        self.rises = {"left": [], "right": []}
        self.last = {}

    def run(self):
        while True:
            try:
                self.last = metrics()
                for camera, rises in self.rises.items():
                    frames = self.last.get((camera, "frames"), 0)
                    if frames > (rises[-1][1] if rises else 0):
                        rises.append((time.monotonic(), frames))
            except OSError:
                pass  # not up yet, or no longer
            time.sleep(0.1)

    def longest_gap(self, camera, since, until):
        """Begin and end of the longest time without a frame."""
        before = [t for t, _ in self.rises[camera] if t < since][-1:]
        times = before + [t for t, _ in self.rises[camera] if since <= t <= until] + [until]
        return max(zip(times, times[1:]), key=lambda gap: gap[1] - gap[0])


def children(pid):
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
        int(c) for t in Path(f"/proc/{pid}/task").iterdir() if t.name != str(pid)
        for c in (t / "children").read_text().split()]


def decoders(pid):
    return {c for c in children(pid) if "DecoderMain" in Path(f"/proc/{c}/cmdline").read_text()}


def is_connected(pid, port):
    """Whether a process has a TCP connection to a port of this machine."""
    open_files = {os.readlink(f) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[2].endswith(f":{port:04X}") and f"socket:[{row[9]}]" in open_files for row in rows)


def size(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return (int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024, int(re.search(r"Threads:\s+(\d+)", status)[1]),
            len(list(Path(f"/proc/{pid}/fd").iterdir())))


def sizes(pid):
    rss, threads, files = size(pid)
    return (f"{rss} MB, {threads} threads, {files} open files; decoders "
            + ", ".join(f"{size(c)[0]} MB, {size(c)[1]} threads" for c in sorted(decoders(pid))))


def answers(camera):
    out = subprocess.run([HOME / "apprentice", "poses", "--json", "--camera", camera], capture_output=True, text=True,
                         check=True, cwd=HOME).stdout
    poses = [json.loads(line) for line in out.splitlines()]
    return ([p["sequence"] for p in poses], collections.Counter(p["status"] for p in poses))


def main():
    chance = random.Random(1)
    left, right = start_camera(LEFT), start_camera(RIGHT)
    data = tempfile.TemporaryDirectory()
    up = subprocess.Popen(
        [HOME / "apprentice", "up", "--camera", f"left=rtsp://127.0.0.1:{LEFT}/live", "--camera",
         f"right=rtsp://127.0.0.1:{RIGHT}/live", "--stride", "100", "--set", f"http.port={HTTP}", "--data", data.name],
        cwd=HOME, stdout=subprocess.DEVNULL)
    watch = Watch()
    watch.start()
    while not (watch.rises["left"] and watch.rises["right"]):
        assert up.poll() is None, "up ended"
        time.sleep(1)
    time.sleep(30)
    print("at the start:", sizes(up.pid), flush=True)
    began = time.monotonic()
    pause = options.minutes * 60 / options.accidents
    kinds = (["camera killed", "camera frozen", "decoder killed", "decoder frozen"] * options.accidents)[:options.accidents]
    chance.shuffle(kinds)
    times = collections.defaultdict(list)
    for number, kind in enumerate(kinds):
        time.sleep(max(0, began + number * pause - time.monotonic()))
        (decoder,) = [d for d in decoders(up.pid) if is_connected(d, LEFT)]
        since = time.monotonic()
        if kind == "camera killed":
            left.kill()
            left.wait()
            time.sleep(chance.uniform(0.5, 5))
            left = start_camera(LEFT)
            over = time.monotonic()
        elif kind == "camera frozen":
            left.send_signal(signal.SIGSTOP)
            time.sleep(chance.uniform(1, 8))
            left.send_signal(signal.SIGCONT)
            over = time.monotonic()
        else:
            os.kill(decoder, signal.SIGKILL if kind == "decoder killed" else signal.SIGSTOP)
            over = since
        time.sleep(min(SETTLED, pause * 0.8))
        begin, end = watch.longest_gap("left", since, time.monotonic())
        back = max(0, end - over)
        times[kind].append(back)
        other = watch.longest_gap("right", since, time.monotonic())
        print(f"{number + 1:2d} {kind:15s} back {back:4.1f} s after it was over, {end - begin:4.1f} s without a frame; "
              f"the other camera's longest gap {other[1] - other[0]:.1f} s", flush=True)
    took = time.monotonic() - began
    print("at the end:  ", sizes(up.pid), flush=True)
    every = sorted(t for kind in times.values() for t in kind)
    for kind, seconds in sorted(times.items()):
        print(f"{kind}: {len(seconds)} times, back after {statistics.median(seconds):.1f} s (median), {max(seconds):.1f} s (most)")
    print(f"all: {len(every)} accidents in {took / 60:.1f} min, back after {statistics.median(every):.1f} s (median), "
          f"{every[-1]:.1f} s (most)")
    frames = [f for t, f in watch.rises["right"] if t >= began]
    print(f"the other camera: {(frames[-1] - frames[0]) / took:.2f} frames/s of {options.fps}")
    left.terminate()
    right.terminate()
    time.sleep(5)
    last = dict(watch.last)
    for camera in ("left", "right"):
        sequences, status = answers(camera)
        print(f"{camera}: {last[camera, 'frames']:.0f} frames sent, {last[camera, 'dropped']:.0f} dropped, "
              f"{last[camera, 'unreadable']:.0f} unreadable, {last[camera, 'reconnects']:.0f} reconnects; "
              f"{len(sequences)} answers to {len(set(sequences))} frames, numbers {min(sequences)} to {max(sequences)}; "
              + ", ".join(f"{n} {s}" for s, n in sorted(status.items())))
    up.send_signal(signal.SIGINT)
    up.wait()


if __name__ == "__main__":
    main()
