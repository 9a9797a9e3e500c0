// Prints an MCAP file as one JSON object: what its summary says, and each message as found by the index, decoded with the
// schema in the file. Reads the file from front to back as well, with all checksums.
import { open, readFile } from "node:fs/promises";
import { McapIndexedReader, McapStreamReader } from "@mcap/core";
import { FileHandleReadable } from "@mcap/nodejs";
import { loadDecompressHandlers, protobufFromBinaryDescriptor } from "@mcap/support";

const path = process.argv[2];
const decompressHandlers = await loadDecompressHandlers();

const stream = new McapStreamReader({ decompressHandlers, validateCrcs: true });
stream.append(await readFile(path));
const records = {};
for (let record = stream.nextRecord(); record; record = stream.nextRecord()) {
  records[record.type] = (records[record.type] ?? 0) + 1;
}

const file = await open(path, "r");
const reader = await McapIndexedReader.Initialize({ readable: new FileHandleReadable(file), decompressHandlers });
const roots = new Map();
for (const schema of reader.schemasById.values()) {
  const root = protobufFromBinaryDescriptor(schema.data);
  roots.set(schema.id, root.lookupType(schema.name));
}
const messages = [];
for await (const message of reader.readMessages({ validateCrcs: true })) {
  const channel = reader.channelsById.get(message.channelId);
  const type = roots.get(channel.schemaId);
  messages.push({
    topic: channel.topic,
    schema: reader.schemasById.get(channel.schemaId).name,
    sequence: message.sequence,
    logTime: message.logTime.toString(),
    publishTime: message.publishTime.toString(),
    data: type.toObject(type.decode(message.data), { bytes: String, longs: Number, enums: String, defaults: true }),
  });
}
await file.close();
console.log(JSON.stringify({
  whole: stream.done(),
  records,
  statistics: Number(reader.statistics.messageCount),
  start: reader.statistics.messageStartTime.toString(),
  end: reader.statistics.messageEndTime.toString(),
  chunks: reader.chunkIndexes.length,
  offsets: reader.summaryOffsetsByOpcode.size,
  messages,
}));
