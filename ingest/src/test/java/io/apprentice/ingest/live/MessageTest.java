package io.apprentice.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {

    private static final List<Message> ALL = List.of(
            new Message.Beat(3, 2),
            new Message.Picture(LiveFrame.of(new byte[] {1, 2, 3}, 17, 5)),
            new Message.Picture(LiveFrame.of(new byte[0], 17, Long.MIN_VALUE)),
            new Message.Broken(),
            new Message.Over("geht nicht: ä"));

    private static byte[] bytes(List<Message> messages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Message message : messages) {
            Message.write(message, new DataOutputStream(bytes));
        }
        return bytes.toByteArray();
    }

    private static Message read(byte... bytes) throws IOException {
        return Message.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    void read_givenWhatWasWritten_isEqual() throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes(ALL)));

        for (Message message : ALL) {
            assertThat(Message.read(in)).usingRecursiveComparison().isEqualTo(message);
        }
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void read_givenAnyMessageCutOffAnywhere_saysThatItEnded() throws IOException {
        for (Message message : ALL) {
            byte[] whole = bytes(List.of(message));
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(part)).isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    void read_givenAPictureThatIsTooLarge_refusesItBeforeItTakesMemory() {
        for (int length : new int[] {Message.MOST_BYTES + 1, Integer.MAX_VALUE, -1}) {
            byte[] head = ByteBuffer.allocate(25)
                    .putInt(Message.MARK)
                    .put((byte) 'p')
                    .putLong(0)
                    .putLong(0)
                    .putInt(length)
                    .array();
            assertThatThrownBy(() -> read(head))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(Integer.toString(length), "expected at most");
        }
    }

    @Test
    void read_givenALineOfText_saysThatItIsNoMessage() {
        assertThatThrownBy(() -> read("OpenJDK warning: none\n".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a message");
        assertThatThrownBy(() -> read(ByteBuffer.allocate(9)
                        .putInt(Message.MARK)
                        .put((byte) 'x')
                        .array()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unknown type 120");
    }

    @Test
    void request_givenWhatWasWritten_isEqual() throws IOException {
        Request request = new Request(
                Address.of("rtsp://me:geheim@host/x"),
                "v4l2",
                Map.of("a", "b", "c", ""),
                640,
                480,
                true,
                7.5,
                90,
                Duration.ofSeconds(10),
                Duration.ofMillis(1500));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        request.write(new DataOutputStream(bytes));

        Request read = Request.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(read).isEqualTo(request);
        assertThat(read.toString()).doesNotContain("geheim");
    }
}
