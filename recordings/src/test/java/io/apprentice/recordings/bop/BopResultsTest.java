package io.apprentice.recordings.bop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.testing.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BopResultsTest {

    private static final String GOOD = "2,3,5,0.8,1 0 0 0 1 0 0 0 1,10 -20 1000.5,-1";

    @TempDir
    Path folder;

    @Test
    void read_givenRows_returnsThemInMetres() throws IOException {
        Path file = Files.writeString(folder.resolve("x.csv"), BopResults.HEADER + "\r\n" + GOOD + "\r\n\r\n" + GOOD);

        List<BopResult> results = BopResults.read(file);

        assertThat(results).hasSize(2);
        BopResult first = results.get(0);
        assertThat(List.of(first.scene(), first.image(), first.object())).containsExactly(2, 3, 5);
        assertThat(first.score()).isEqualTo(0.8);
        assertThat(first.seconds()).isEqualTo(-1);
        assertThat(first.objectToCamera().rotation()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
        assertThat(first.objectToCamera().translation())
                .containsExactly(new double[] {0.01, -0.02, 1.0005}, within(1e-15));
    }

    @Test
    void read_givenWhatWasWritten_returnsTheSame() throws IOException {
        double[] rotation = {0.1, -2e-17, 1 / 3.0, 4, 5, 6, 7, 8, Math.PI};
        double[] translation = {1e-9, -0.7, 1.123456789012345};
        Path file = folder.resolve("new/x.csv");
        BopResults.write(file, List.of(new BopResult(48, 1, 21, 1e-5, new PoseMatrix(rotation, translation), 0.25)));

        BopResult read = BopResults.read(file).get(0);

        assertThat(read.objectToCamera().rotation()).containsExactly(rotation);
        assertThat(read.objectToCamera().translation()).containsExactly(translation, within(1e-15));
        assertThat(List.of(read.scene(), read.image(), read.object())).containsExactly(48, 1, 21);
        assertThat(List.of(read.score(), read.seconds())).containsExactly(1e-5, 0.25);
        BopResults.write(file, List.of());
        assertThat(BopResults.read(file)).isEmpty();
        assertThat(file).hasContent(BopResults.HEADER + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2,3,5,  | 2.5,3,5,  | expected a whole number of at most 9 digits as scene_id, got '2.5'
            2,3,5,  | 2,3,-5,   | expected a whole number of at most 9 digits as obj_id, got '-5'
            ,0.8,   | ,NaN,     | expected a finite number as score, got 'NaN'
            1 0 0 0 | 1 0 0     | expected 9 finite numbers as R, got '1 0 0 1 0 0 1'
            -20     | -20 7     | expected 3 finite numbers as t, got '10 -20 7 1000.5'
            -20     | twenty    | expected 3 finite numbers as t, got '10 twenty 1000.5'
            ,-1     | ,         | expected a finite number as time, got ''
            ,-1     | ,1,2,3,4  | expected 7 columns scene_id,im_id,obj_id,score,R,t,time, got 9 or more
            ,0.8    | ''        | expected 7 columns scene_id,im_id,obj_id,score,R,t,time, got 6
            """)
    void read_givenMalformedRow_saysWhereAndWhat(String good, String bad, String message) throws IOException {
        Path file = Files.writeString(
                folder.resolve("bad.csv"), BopResults.HEADER + "\n" + GOOD + "\n" + GOOD.replace(good, bad));

        assertThatThrownBy(() -> BopResults.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": line 3: " + message);
    }

    @Test
    void read_givenNoFile_namesIt() {
        assertThatThrownBy(() -> BopResults.read(folder.resolve("no.csv")))
                .hasMessageContaining("no.csv: no such file");
    }

    @Test
    void read_givenDamagedFiles_failsCleanly() throws IOException {
        byte[] rows = (BopResults.HEADER + "\n" + GOOD + "\n" + GOOD).getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("x.csv");
        Mutations.assertSurvives(
                input -> BopResults.parse(file, input),
                List.of(rows, GOOD.getBytes(StandardCharsets.UTF_8)),
                300_000,
                5,
                64 << 10);
    }
}
