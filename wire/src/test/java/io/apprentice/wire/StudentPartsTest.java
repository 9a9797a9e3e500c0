package io.apprentice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.TrainingLineage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StudentPartsTest {

    private final StudentParts parts = new StudentParts();

    private static StudentModel part(long version, int part, int of, long size, String weights) {
        StudentManifest manifest = new StudentManifest(
                "wdrnet-darknet-tiny-h",
                List.of("mug"),
                "ab",
                size,
                Instant.EPOCH,
                null,
                new TrainingLineage("ab", 1L, 0L, 0L, 0L, Map.of()),
                Map.of(),
                null,
                null);
        return new StudentModel("student", version, part, of, manifest, ByteBuffer.wrap(weights.getBytes(UTF_8)));
    }

    private static StudentModel part(int part, String weights) {
        return part(1, part, 3, 6, weights);
    }

    @Test
    void take_givenPartsInAnyOrderAndSomeTwice_joinsThemInTheirs() {
        assertThat(parts.take(part(2, "56"))).isEmpty();
        assertThat(parts.take(part(0, "??"))).isEmpty();
        assertThat(parts.take(part(0, "12"))).isEmpty();
        assertThat(parts.take(part(1, "34"))).get().isEqualTo("123456".getBytes(UTF_8));
        assertThat(parts.begun()).isZero();
    }

    @Test
    void take_givenAVersionThatIsWhole_forgetsOlderOnes() {
        parts.take(part(1, 0, 2, 6, "12"));
        parts.take(part(3, 0, 2, 6, "12"));
        assertThat(parts.take(part(2, 0, 1, 2, "12"))).isPresent();
        assertThat(parts.begun()).isEqualTo(1);
        parts.forget("student", 3);
        assertThat(parts.begun()).isZero();
    }

    @Test
    void take_givenMoreBytesThanTheFileHas_forgetsThemAndSaysSo() {
        parts.take(part(0, "123"));
        assertThatThrownBy(() -> parts.take(part(1, "4567"))).hasMessage("expected 6 bytes, its parts so far have 7");
        assertThat(parts.begun()).isZero();
    }

    @Test
    void take_givenNumbersThatCannotBe_namesThem() {
        for (StudentModel impossible : List.of(
                part(1, -1, 3, 6, ""),
                part(1, 3, 3, 6, ""),
                part(1, 0, 0, 6, ""),
                part(1, 0, Integer.MAX_VALUE, 6, ""),
                part(1, 0, 3, -1, ""),
                part(1, 0, 3, Long.MAX_VALUE, ""))) {
            assertThatThrownBy(() -> parts.take(impossible))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected a part below the number of parts");
        }
        assertThat(parts.begun()).isZero();
    }

    @Test
    void take_givenManyVersionsThatStayUnfinished_forgetsTheOldest() {
        for (long version = 0; version < 16; version++) {
            parts.take(part(version, 0, 2, 6, "12"));
        }
        assertThatThrownBy(() -> parts.take(part(16, 0, 2, 6, "12")))
                .hasMessage("student 'student' version 0 never became whole; its 1 parts are forgotten");
        assertThat(parts.begun()).isEqualTo(16);
    }

    @Test
    void keyOf_givenOtherForms_isEmpty() {
        assertThat(StudentPartKey.of(new StudentPartKey("student", 7, 2).bytes()))
                .contains(new StudentPartKey("student", 7, 2));
        assertThat(StudentPartKey.of(null)).isEmpty();
        for (String key : List.of("", "student", "student/7", "a/b/7/2", "student/x/2", "student/7/99999999999")) {
            assertThat(StudentPartKey.of(key.getBytes(UTF_8))).as(key).isEmpty();
        }
        assertThat(StudentPartKey.of(new byte[] {(byte) 0xff, '/', '1', '/', '0'}))
                .isPresent();
    }
}
