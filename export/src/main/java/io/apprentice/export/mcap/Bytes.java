package io.apprentice.export.mcap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;

/** Bytes as MCAP writes them: little-endian numbers, lengths before texts, bytes and maps. */
final class Bytes extends ByteArrayOutputStream {

    Bytes u8(int value) {
        write(value);
        return this;
    }

    Bytes u16(int value) {
        return little(value, Short.BYTES);
    }

    Bytes u32(long value) {
        return little(value, Integer.BYTES);
    }

    Bytes u64(long value) {
        return little(value, Long.BYTES);
    }

    private Bytes little(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            write((int) (value >>> (8 * i)));
        }
        return this;
    }

    Bytes text(String text) {
        return counted(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of bytes as uint32, then the bytes. */
    Bytes counted(byte[] bytes) {
        u32(bytes.length);
        writeBytes(bytes);
        return this;
    }

    /** The entries' length in bytes, then each as {@code write} writes it. */
    <K, V> Bytes map(Map<K, V> map, BiConsumer<Bytes, Map.Entry<K, V>> write) {
        Bytes entries = new Bytes();
        map.entrySet().forEach(entry -> write.accept(entries, entry));
        return counted(entries.toByteArray());
    }

    /** One record: its opcode, the length of its content, its content. */
    Bytes record(int opcode, Bytes content) {
        u8(opcode).u64(content.size());
        writeBytes(content.toByteArray());
        return this;
    }
}
