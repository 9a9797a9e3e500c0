package io.apprentice.pose.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the {@code .pt} archive of a module without attributes from the TorchScript source of its forward method. */
final class TorchScriptArchive {

    /** Pickle protocol 2: an instance of {@code __torch__.Net} with an empty state. */
    private static final byte[] MODULE = {
        (byte) 0x80,
        2,
        'c',
        '_',
        '_',
        't',
        'o',
        'r',
        'c',
        'h',
        '_',
        '_',
        '\n',
        'N',
        'e',
        't',
        '\n',
        ')',
        (byte) 0x81,
        '}',
        'b',
        '.'
    };

    /** Pickle protocol 2: the empty tuple. */
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private static final LocalDateTime SOME_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

    private TorchScriptArchive() {}

    static byte[] of(String forward) {
        String code = "class Net(Module):\n  __parameters__ = []\n  __buffers__ = []\n" + forward;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "net/data.pkl", MODULE);
            put(zip, "net/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            put(zip, "net/constants.pkl", NO_CONSTANTS);
            put(zip, "net/version", "3\n".getBytes(StandardCharsets.UTF_8));
            put(zip, "net/byteorder", "little".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** PyTorch maps entries in place, so they are stored, not deflated. */
    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(SOME_TIME); // so that the same source gives the same bytes
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
