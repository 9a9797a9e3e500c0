package io.apprentice.export.mcap;

import com.github.luben.zstd.Zstd;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Writes one MCAP file, front to back: chunks compressed with zstd, an index behind each, and a summary with which a
 * reader finds a time or a topic without reading the rest. Holds one chunk, and an entry per chunk written. For one thread.
 *
 * @see "MCAP file format specification, https://mcap.dev/spec"
 */
public final class McapWriter implements Closeable {

    private static final byte[] MAGIC = {(byte) 0x89, 'M', 'C', 'A', 'P', '0', '\r', '\n'};
    private static final int HEADER = 0x01;
    private static final int FOOTER = 0x02;
    private static final int SCHEMA = 0x03;
    private static final int CHANNEL = 0x04;
    private static final int MESSAGE = 0x05;
    private static final int CHUNK = 0x06;
    private static final int MESSAGE_INDEX = 0x07;
    private static final int CHUNK_INDEX = 0x08;
    private static final int STATISTICS = 0x0B;
    private static final int SUMMARY_OFFSET = 0x0E;
    private static final int DATA_END = 0x0F;

    private static final String COMPRESSION = "zstd";
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int MOST_IDS = 0xFFFF;

    private final OutputStream out;
    private final CRC32 dataCrc = new CRC32();
    private final List<Bytes> schemas = new ArrayList<>();
    private final List<Bytes> channels = new ArrayList<>();
    private final Map<Integer, Long> counts = new TreeMap<>();
    private final Bytes chunkIndexes = new Bytes();
    private final Span all = new Span();
    private Chunk chunk = new Chunk();
    private long position;
    private int chunkCount;

    /** Earliest and latest log time. */
    private static final class Span {
        private long start = Long.MAX_VALUE;
        private long end;

        void add(long nanos) {
            start = Math.min(start, nanos);
            end = Math.max(end, nanos);
        }

        Bytes write(Bytes bytes) {
            return bytes.u64(end == 0 ? 0 : start).u64(end);
        }
    }

    /** What is not written yet. */
    private static final class Chunk {
        private final Bytes records = new Bytes();
        private final Map<Integer, Bytes> index = new TreeMap<>();
        private final Span span = new Span();
    }

    /**
     * Writes the head of the file.
     *
     * @param out is closed by {@link #close()}; should be buffered
     * @param library who writes, for people
     */
    public McapWriter(OutputStream out, String library) throws IOException {
        this.out = out;
        writeData(MAGIC);
        writeData(new Bytes().record(HEADER, new Bytes().text("").text(library)).toByteArray());
    }

    /**
     * Adds a schema.
     *
     * @param encoding for example {@code protobuf}
     * @return its id
     */
    public int schema(String name, String encoding, byte[] data) {
        int id = schemas.size() + 1;
        Bytes content = new Bytes()
                .u16(checked("schemas", id))
                .text(name)
                .text(encoding)
                .counted(data);
        schemas.add(content);
        chunk.records.record(SCHEMA, content);
        return id;
    }

    /**
     * Adds a channel.
     *
     * @param schema id of its messages' schema
     * @param encoding of its messages, for example {@code protobuf}
     * @return its id
     */
    public int channel(int schema, String topic, String encoding) {
        int id = channels.size();
        Bytes content = new Bytes()
                .u16(checked("channels", id))
                .u16(schema)
                .text(topic)
                .text(encoding)
                .map(Map.of(), (bytes, entry) -> {});
        channels.add(content);
        chunk.records.record(CHANNEL, content);
        return id;
    }

    private static int checked(String what, int id) {
        if (id > MOST_IDS) {
            throw new IllegalStateException("an MCAP file has at most %d %s".formatted(MOST_IDS, what));
        }
        return id;
    }

    /**
     * Adds a message.
     *
     * @param channel its id
     * @param sequence the publisher's count; the lower 32 bits are kept
     * @param logNanos when it was recorded, nanoseconds since 1970
     * @param publishNanos when it was published
     */
    public void message(int channel, long sequence, long logNanos, long publishNanos, byte[] data) throws IOException {
        chunk.index.computeIfAbsent(channel, id -> new Bytes()).u64(logNanos).u64(chunk.records.size());
        Bytes content = new Bytes().u16(channel).u32(sequence).u64(logNanos).u64(publishNanos);
        content.writeBytes(data);
        chunk.records.record(MESSAGE, content);
        chunk.span.add(logNanos);
        all.add(logNanos);
        counts.merge(channel, 1L, Long::sum);
        if (chunk.records.size() >= CHUNK_BYTES) {
            writeChunk();
        }
    }

    private void writeChunk() throws IOException {
        byte[] records = chunk.records.toByteArray();
        byte[] compressed = Zstd.compress(records);
        Bytes content = chunk.span
                .write(new Bytes())
                .u64(records.length)
                .u32(crc(records))
                .text(COMPRESSION)
                .u64(compressed.length);
        content.writeBytes(compressed);
        long start = position;
        writeData(new Bytes().record(CHUNK, content).toByteArray());
        long indexStart = position;
        Map<Integer, Long> indexes = new TreeMap<>();
        for (Map.Entry<Integer, Bytes> of : chunk.index.entrySet()) {
            indexes.put(of.getKey(), position);
            Bytes index = new Bytes().u16(of.getKey()).counted(of.getValue().toByteArray());
            writeData(new Bytes().record(MESSAGE_INDEX, index).toByteArray());
        }
        chunkIndexes.record(
                CHUNK_INDEX,
                chunk.span
                        .write(new Bytes())
                        .u64(start)
                        .u64(indexStart - start)
                        .map(
                                indexes,
                                (bytes, entry) -> bytes.u16(entry.getKey()).u64(entry.getValue()))
                        .u64(position - indexStart)
                        .text(COMPRESSION)
                        .u64(compressed.length)
                        .u64(records.length));
        chunkCount++;
        chunk = new Chunk();
    }

    /** Writes what is left and the summary: without it the file is not whole. */
    public void finish() throws IOException {
        if (chunk.records.size() > 0) {
            writeChunk();
        }
        write(new Bytes().record(DATA_END, new Bytes().u32(dataCrc.getValue())).toByteArray());
        long summaryStart = position;
        Bytes summary = new Bytes();
        Bytes offsets = new Bytes();
        group(SCHEMA, all(SCHEMA, schemas), summaryStart, summary, offsets);
        group(CHANNEL, all(CHANNEL, channels), summaryStart, summary, offsets);
        group(CHUNK_INDEX, chunkIndexes, summaryStart, summary, offsets);
        group(STATISTICS, new Bytes().record(STATISTICS, statistics()), summaryStart, summary, offsets);
        long offsetsStart = summaryStart + summary.size();
        summary.writeBytes(offsets.toByteArray());
        // the checksum ends within the footer, before itself
        summary.u8(FOOTER).u64(2 * Long.BYTES + Integer.BYTES).u64(summaryStart).u64(offsetsStart);
        summary.u32(crc(summary.toByteArray()));
        write(summary.toByteArray());
        write(MAGIC);
        out.flush();
    }

    private static Bytes all(int opcode, List<Bytes> contents) {
        Bytes records = new Bytes();
        contents.forEach(content -> records.record(opcode, content));
        return records;
    }

    private static void group(int opcode, Bytes records, long summaryStart, Bytes summary, Bytes offsets) {
        if (records.size() > 0) {
            offsets.record(
                    SUMMARY_OFFSET,
                    new Bytes().u8(opcode).u64(summaryStart + summary.size()).u64(records.size()));
            summary.writeBytes(records.toByteArray());
        }
    }

    private Bytes statistics() {
        Bytes content = new Bytes()
                .u64(counts.values().stream().mapToLong(Long::longValue).sum())
                .u16(schemas.size())
                .u32(channels.size())
                .u32(0) // attachments
                .u32(0) // metadata
                .u32(chunkCount);
        return all.write(content)
                .map(counts, (bytes, entry) -> bytes.u16(entry.getKey()).u64(entry.getValue()));
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private void writeData(byte[] bytes) throws IOException {
        dataCrc.update(bytes);
        write(bytes);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    /** Closes the stream; a file that was not {@linkplain #finish() finished} lacks its end. */
    @Override
    public void close() throws IOException {
        out.close();
    }
}
