// Prints poses as they arrive. Knows the topic and the schema registry, nothing of Apprentice's code.
//
//   cd examples/node && npm install
//   node read_poses.mjs [BROKER] [REGISTRY] [TOPIC]
import avro from "avsc";
import { Kafka, logLevel } from "kafkajs";

const [broker = "127.0.0.1:9092", registry = "http://127.0.0.1:8081", topic = "poses"] = process.argv.slice(2);

/** The schema that a record was written with, from the registry's Confluent-compatible API; asked for once. */
const types = new Map();
async function type(id) {
  if (!types.has(id)) {
    const answer = await fetch(`${registry}/apis/ccompat/v7/schemas/ids/${id}`);
    if (!answer.ok) throw new Error(`the registry has no schema ${id}: HTTP ${answer.status}`);
    types.set(id, avro.Type.forSchema(JSON.parse((await answer.json()).schema), { wrapUnions: false }));
  }
  return types.get(id);
}

/** Confluent's wire format: a zero byte, the schema's id in four bytes, Avro. */
async function decode(value) {
  if (value[0] !== 0) throw new Error(`not an Avro record: first byte ${value[0]}, expected 0`);
  return (await type(value.readInt32BE(1))).fromBuffer(value.subarray(5));
}

const kafka = new Kafka({ clientId: "read-poses-node", brokers: [broker], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: "read-poses-node", readUncommitted: false });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const pose = await decode(message.value);
    const at = pose.object_to_camera;
    const position = at ? `x ${at.tx.toFixed(3)}  y ${at.ty.toFixed(3)}  z ${at.tz.toFixed(3)} m` : "-";
    // a record's timestamp is when its frame reached the system; the camera's own clock may be wrong
    console.log(`${pose.camera_id} #${pose.sequence} ${pose.object_id} ${pose.status} ${position} `
      + `(student v${pose.student.version}, age ${Date.now() - Number(message.timestamp)} ms)`);
  },
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => consumer.disconnect().then(() => process.exit(0)));
}
