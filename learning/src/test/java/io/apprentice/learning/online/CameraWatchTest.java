package io.apprentice.learning.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.learning.guard.Agreement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CameraWatchTest {

    private static final StrideSettings ADAPTIVE = new StrideSettings(true, 4, 64, 0.045, 0.07, 8);
    private static final Agreement NEAR = new Agreement(0.04, 0.016);
    private static final Agreement FAR = new Agreement(0.12, 0.03);
    /** What the student said when light and clutter changed, as measured on the synthetic camera. */
    private static final Agreement CHANGED = new Agreement(0.43, 0.16);
    /** What it said when the labels were half a diameter beside the object. */
    private static final Agreement CONTRADICTED = new Agreement(0.46, 0.06);

    private final CameraWatch watch = new CameraWatch("left", ADAPTIVE, DriftSettings.DEFAULT);

    private static List<Finding> note(CameraWatch watch, Agreement agreement, int times) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            findings.addAll(watch.note(agreement));
        }
        return findings;
    }

    private static List<Integer> strides(List<Finding> findings) {
        return findings.stream()
                .filter(f -> f.kind() == Finding.Kind.STRIDE)
                .map(Finding::stride)
                .toList();
    }

    @Test
    void note_whileTheStudentIsNear_doublesTheStrideUpToItsLimit() {
        assertThat(strides(note(watch, NEAR, 100))).containsExactly(4, 8, 16, 32, 64);
    }

    @Test
    void worth_whileTheStrideGrows_growsWithIt() {
        assertThat(watch.worth()).isEqualTo(1);
        note(watch, NEAR, 100);
        assertThat(watch.worth()).isEqualTo(16);
        assertThat(new CameraWatch("left", StrideSettings.DEFAULT, DriftSettings.DEFAULT).worth())
                .as("where the stride is not ours")
                .isEqualTo(1);
    }

    @Test
    void note_whenTheStudentFallsBehind_halvesTheStrideDownToItsLimit() {
        note(watch, NEAR, 100);
        assertThat(strides(note(watch, FAR, 20))).containsExactly(32, 16, 8, 4);
    }

    @Test
    void note_whenTheSceneChanges_saysSoAtTheSecondLabelAndWantsEveryLabelAtTheFirst() {
        note(watch, NEAR, 100);
        assertThat(strides(watch.note(CHANGED))).containsExactly(4);
        assertThat(watch.note(CHANGED)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.DRIFT);
            assertThat(finding.camera()).isEqualTo("left");
        });
        assertThat(note(watch, CHANGED, 20)).as("that is usual now").isEmpty();
    }

    @Test
    void note_whenOnlyTheTeacherJumps_doesNotTakeItForTheScene() {
        note(watch, NEAR, 100);
        assertThat(note(watch, CONTRADICTED, 50)).extracting(Finding::kind).containsOnly(Finding.Kind.STRIDE);
    }

    @Test
    void note_withoutAdaptiveStride_onlyNoticesDrift() {
        CameraWatch still = new CameraWatch("left", StrideSettings.DEFAULT, DriftSettings.DEFAULT);
        assertThat(note(still, NEAR, 100)).isEmpty();
        assertThat(note(still, CHANGED, 2)).extracting(Finding::kind).containsExactly(Finding.Kind.DRIFT);
    }

    @Test
    void read_ofWhatWasWritten_goesOnAlike() throws IOException {
        note(watch, NEAR, 30);
        watch.note(CHANGED);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        watch.write(new DataOutputStream(bytes));
        CameraWatch again = new CameraWatch("left", ADAPTIVE, DriftSettings.DEFAULT);
        again.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(again.note(CHANGED)).isEqualTo(watch.note(CHANGED)).hasSize(1);
        assertThat(watch.letGo()).isFalse();
        CameraWatch notAdaptive = new CameraWatch("left", StrideSettings.DEFAULT, DriftSettings.DEFAULT);
        notAdaptive.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(notAdaptive.letGo()).isTrue();
        assertThat(notAdaptive.letGo()).isFalse();
    }
}
