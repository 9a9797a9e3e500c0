#!/usr/bin/env python3
"""Sends the pictures of a folder to a camera, at a steady rate, over and over. Python alone; nothing to install.

Usage:  examples/push_frames.py FOLDER [--camera gate] [--url http://127.0.0.1:8091] [--token-file FILE] [--fps 30] [--seconds 60]

Start before:  ./apprentice up --camera gate=push:
"""
import argparse
import collections
import http.client
import json
import pathlib
import time
import urllib.parse

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=pathlib.Path, help="JPEG or PNG files")
parser.add_argument("--camera", default="gate")
parser.add_argument("--url", default="http://127.0.0.1:8091")
parser.add_argument("--token-file", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / ".apprentice/push-token")
parser.add_argument("--fps", type=float, default=30)
parser.add_argument("--seconds", type=float, default=60)
arguments = parser.parse_args()

pictures = [f.read_bytes() for f in sorted(arguments.folder.iterdir()) if f.suffix.lower() in (".jpg", ".jpeg", ".png")]
if not pictures:
    parser.error(f"{arguments.folder}: no JPEG or PNG files")
token = arguments.token_file.read_text().splitlines()[0]
connection = http.client.HTTPConnection(urllib.parse.urlsplit(arguments.url).netloc, timeout=60)


def send(sequence, picture, captured_at):
    """The status; a frame that got no answer is sent again, and kept once."""
    headers = {
        "Authorization": "Bearer " + token,
        "Frame-Sequence": str(sequence),
        "Frame-Captured-At": f"{captured_at:.6f}",
    }
    for attempt in range(5):
        try:
            connection.request("POST", f"/cameras/{arguments.camera}/frames", picture, headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            if answer.status not in (200, 429):
                print(f"frame {sequence}: {answer.status} {body['title']}: {body['detail']}")
            if answer.status in (400, 401, 404):
                raise SystemExit(1)
            return answer.status
        except (OSError, http.client.HTTPException) as problem:
            connection.close()
            print(f"frame {sequence}: {problem or type(problem).__name__}, trying again")
            time.sleep(0.2 * 2**attempt)
    raise SystemExit(f"no answer from {arguments.url}")


answers = collections.Counter()
begin = time.monotonic()
for sequence in range(round(arguments.fps * arguments.seconds)):
    time.sleep(max(0.0, begin + sequence / arguments.fps - time.monotonic()))
    answers[send(sequence, pictures[sequence % len(pictures)], time.time())] += 1
seconds = time.monotonic() - begin
kept, busy = answers[200], answers[429]
print(f"{sum(answers.values())} frames in {seconds:.1f} s: {kept} kept, {busy} dropped because the way was full, "
      f"{sum(answers.values()) - kept - busy} refused")
