package io.apprentice.app.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.apprentice.lab.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The results of a run, as JSON. Shares are null without ground truth; true objects of which less than a tenth is
 * visible are not scored; LOST and SKIPPED count as not within 0.1 diameter.
 *
 * @param versionsWithheld candidates that the guard kept out of use
 * @param rollbacks versions that it took back
 * @param addFirst share within 0.1 diameter over the first 30 s
 * @param addLast the same over the last 30 s
 * @param teacherAdd the same of the teacher over all labelled frames
 * @param latencyP50 from a frame's arrival to a read_committed reader
 * @param poseFps poses per second that were not SKIPPED
 */
public record Summary(
        long frames,
        long labelled,
        long trainingSteps,
        int studentVersions,
        long versionsWithheld,
        long rollbacks,
        long poses,
        long lost,
        long skipped,
        long deadLetters,
        @JsonProperty("add01d_first") Double addFirst,
        @JsonProperty("add01d_last") Double addLast,
        @JsonProperty("teacher_add01d") Double teacherAdd,
        @JsonProperty("latency_ms_p50") Double latencyP50,
        @JsonProperty("latency_ms_p99") Double latencyP99,
        double poseFps,
        double frameFps,
        int versionsUsed,
        long labelsTrained,
        double seconds,
        List<String> cameras,
        List<String> objects) {

    static Summary of(Figures f, List<String> objects) {
        return new Summary(
                f.frames(),
                f.labelled(),
                f.training().map(Figures.TrainingFigures::steps).orElse(0L),
                f.versionsPublished(),
                f.decisions().withheld(),
                f.decisions().rollbacks(),
                f.poses(),
                f.lost(),
                f.skipped(),
                f.deadLetters(),
                rounded(f.course().first().orElse(Double.NaN), 4),
                rounded(f.course().last().orElse(Double.NaN), 4),
                rounded(f.course().teacher().orElse(Double.NaN), 4),
                rounded(f.latency().p50(), 1),
                rounded(f.latency().p99(), 1),
                rounded(f.poseRate(), 2),
                rounded(f.frameRate(), 2),
                f.versionsUsed(),
                f.training().map(Figures.TrainingFigures::labels).orElse(0L),
                rounded(f.seconds(), 1),
                f.cameras().stream().map(Figures.CameraFigures::id).toList(),
                objects);
    }

    public String json() {
        try {
            return new ObjectMapper()
                    .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(this);
        } catch (IOException e) {
            throw new IllegalStateException("a summary is plain values and can be written", e);
        }
    }

    public void write(Path file) {
        try {
            Files.writeString(file, json() + "\n");
        } catch (IOException e) {
            throw new UserError("--summary " + file + " could not be written: " + e, e);
        }
    }

    private static Double rounded(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Double.isFinite(value) ? Math.round(value * scale) / scale : null;
    }
}
