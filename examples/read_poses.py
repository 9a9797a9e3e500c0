#!/usr/bin/env python3
"""Prints poses as they arrive. Knows the topic and the schema registry, nothing of Apprentice's code.

Debian:  apt-get install python3-confluent-kafka python3-avro
Usage:   /usr/bin/python3 examples/read_poses.py [BROKER] [REGISTRY] [TOPIC]
"""
import functools
import io
import json
import struct
import sys
import time
import urllib.request

import avro.io
import avro.schema
from confluent_kafka import Consumer

broker, registry, topic = (sys.argv[1:] + ["127.0.0.1:9092", "http://127.0.0.1:8081", "poses"][len(sys.argv) - 1:])[:3]


@functools.lru_cache(maxsize=None)
def reader(schema_id):
    """The schema that a record was written with, from the registry's Confluent-compatible API."""
    with urllib.request.urlopen(f"{registry}/apis/ccompat/v7/schemas/ids/{schema_id}") as answer:
        return avro.io.DatumReader(avro.schema.parse(json.load(answer)["schema"]))


def decode(value):
    """Confluent's wire format: a zero byte, the schema's id in four bytes, Avro."""
    magic, schema_id = struct.unpack(">bI", value[:5])
    assert magic == 0, f"not an Avro record: first byte {magic}, expected 0"
    return reader(schema_id).read(avro.io.BinaryDecoder(io.BytesIO(value[5:])))


consumer = Consumer({
    "bootstrap.servers": broker,
    "group.id": "read-poses-example",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
})
consumer.subscribe([topic])
try:
    while True:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            print(record.error(), file=sys.stderr)  # a topic that is not there yet, for example
            continue
        pose = decode(record.value())
        where = pose["object_to_camera"]
        position = "x %.3f  y %.3f  z %.3f m" % (where["tx"], where["ty"], where["tz"]) if where else "-"
        # a record's timestamp is when its frame reached the system; the camera's own clock may be wrong
        age = int(time.time() * 1000) - record.timestamp()[1]
        print(f'{pose["camera_id"]} #{pose["sequence"]} {pose["object_id"]} {pose["status"]} {position} '
              f'(student v{pose["student"]["version"]}, age {age} ms)', flush=True)
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
