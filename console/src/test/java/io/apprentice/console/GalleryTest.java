package io.apprentice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.PoseStatus;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GalleryTest {

    private static final Duration SHORTLY = Duration.ofMillis(50);

    private final Gallery gallery = new Gallery(1, 1_000);

    /** What a viewer sees. */
    private record Picture(JsonNode head, int bytes) {
        String kind() {
            return head.get("kind").asText();
        }

        long sequence() {
            return head.get("sequence").asLong();
        }
    }

    private List<Picture> after(long cursor) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        Gallery.Pictures news = gallery.after(cursor, List.of(), SHORTLY).block();
        if (news != null) {
            ByteBuf body = news.body();
            while (body.isReadable()) {
                String head = body.readCharSequence(body.readInt(), StandardCharsets.UTF_8)
                        .toString();
                int bytes = body.readInt();
                body.skipBytes(bytes);
                pictures.add(new Picture(new ObjectMapper().readTree(head), bytes));
            }
        }
        return pictures;
    }

    private void frame(long sequence, int bytes) {
        gallery.frame(new FrameRef(0, sequence), Samples.frame("left", sequence, bytes), 10_000 + sequence);
    }

    private void pose(long sequence, PoseStatus status) {
        gallery.pose(Samples.pose("left", sequence, status));
    }

    @Test
    void after_givenFrameAndPoseInEitherOrder_showsThemTogether() throws IOException {
        frame(0, 100);
        pose(0, PoseStatus.ESTIMATED);
        assertThat(after(0)).singleElement().satisfies(picture -> {
            assertThat(picture.bytes()).isEqualTo(100);
            assertThat(picture.head().at("/poses/0/translation/2").asDouble()).isEqualTo(0.5);
        });
        pose(1, PoseStatus.LOST);
        frame(1, 100);
        assertThat(after(0)).singleElement().satisfies(picture -> {
            assertThat(picture.sequence()).isEqualTo(1);
            assertThat(picture.head().at("/poses/0/status").asText()).isEqualTo("LOST");
        });
    }

    @Test
    void cloud_isShownBesideTheLabelOfItsFrame_andLabelsWithoutOneWaitForTheNext() throws IOException {
        for (long sequence = 0; sequence < 3; sequence++) {
            frame(sequence, 100);
            gallery.label(Samples.label("left", sequence));
            if (sequence == 1) {
                gallery.cloud(Samples.cloud("left", sequence));
            }
        }
        assertThat(after(0))
                .filteredOn(picture -> picture.kind().equals("teacher"))
                .singleElement()
                .satisfies(picture -> {
                    assertThat(picture.sequence()).isEqualTo(1);
                    assertThat(picture.head().at("/labels/0/votes").toString()).isEqualTo("[0.9,10.0,20.0]");
                    assertThat(picture.head().at("/clouds/0/votes").toString()).isEqualTo("[0.4,11.0,22.0]");
                });
    }

    @Test
    void after_givenASlowViewer_sendsOnlyTheNewestOfEachKind() throws IOException {
        for (long sequence = 0; sequence < 1_000; sequence++) {
            frame(sequence, 1_000);
            pose(sequence, PoseStatus.ESTIMATED);
            if (sequence % 5 == 0) {
                gallery.label(Samples.label("left", sequence));
            }
        }
        assertThat(after(1)).extracting(Picture::kind).containsExactly("live", "teacher");
        assertThat(after(1)).extracting(Picture::sequence).containsExactly(999L, 995L);
    }

    @Test
    void after_givenNothingNew_waitsAndThenSendsNothing() throws IOException {
        frame(0, 100);
        pose(0, PoseStatus.ESTIMATED);
        long cursor = gallery.after(0, List.of(), SHORTLY).block().cursor();
        assertThat(after(cursor)).isEmpty();
    }

    @Test
    void pose_givenSkippedFramesBetweenOthers_leavesThemOut() throws IOException {
        frame(0, 100);
        pose(0, PoseStatus.ESTIMATED);
        frame(1, 100);
        pose(1, PoseStatus.SKIPPED);
        assertThat(after(0)).extracting(Picture::sequence).containsExactly(0L);
    }

    @Test
    void frame_givenTenThousandCameras_showsTheNewestThousand() throws IOException {
        for (int camera = 0; camera < 10_000; camera++) {
            gallery.frame(new FrameRef(0, (long) camera), Samples.frame("camera-" + camera, camera, 100), 10_000);
        }
        assertThat(gallery.cameras())
                .hasSize(1_000)
                .contains("camera-9000", "camera-9999")
                .doesNotContain("camera-8999");
        assertThat(after(0)).hasSize(1_000);
    }

    @Test
    void frame_givenManyLargePictures_forgetsTheCameraThatIsQuietForLongest() {
        int megabyte = 1 << 20;
        for (int camera = 0; camera < 100; camera++) {
            gallery.frame(new FrameRef(0, (long) camera), Samples.frame("camera-" + camera, camera, megabyte), 10_000);
        }
        assertThat(gallery.cameras())
                .hasSizeBetween(60, 64)
                .contains("camera-99")
                .doesNotContain("camera-0");
    }

    @Test
    void frame_givenMoreThanFitsInMemory_forgetsTheOldest() throws IOException {
        int megabyte = 1 << 20;
        for (long sequence = 0; sequence < 100; sequence++) {
            frame(sequence, megabyte);
        }
        gallery.label(Samples.label("left", 10));
        assertThat(after(0)).extracting(Picture::kind).doesNotContain("teacher");
        gallery.label(Samples.label("left", 90));
        assertThat(after(0)).extracting(Picture::kind).contains("teacher");
    }
}
