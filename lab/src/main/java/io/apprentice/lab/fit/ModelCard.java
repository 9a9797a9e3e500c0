package io.apprentice.lab.fit;

import io.apprentice.learning.fit.FitSettings;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * What a person should know about a model file, written next to it: data, command, seed, time, accuracy.
 *
 * @param weights the network
 * @param settings what it was trained with
 * @param data the pictures that it was trained on
 * @param lesson what it learnt from
 * @param command the command line that made it
 * @param images crops seen
 * @param time wall-clock time
 * @param accuracy measured on frames that training never saw
 */
public record ModelCard(
        NetworkWeights weights,
        FitSettings settings,
        String data,
        String lesson,
        List<String> command,
        long images,
        Duration time,
        String accuracy) {

    /** Writes {@code NAME.md} next to {@code NAME.safetensors}. */
    public void write(Path file) throws IOException {
        Path card = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.safetensors$", "") + ".md");
        Files.writeString(card, text(file.getFileName().toString()));
    }

    private String text(String name) {
        return String.format(
                Locale.ROOT,
                """
                # %s

                | | |
                |---|---|
                | architecture | %s, pyramid width %d%s, crops of %d pixels |
                | parameters | %,d |
                | objects | %s |
                | data | %s |
                | learnt from | %s |
                | command | `apprentice %s` |
                | seed | %d |
                | images | %,d |
                | time | %d min on %d cores, %s |
                | accuracy | %s, on frames of the synthetic camera with seeds that training never saw |
                | sha256 | `%s` |
                """,
                name,
                weights.architecture().name(),
                weights.architecture().pyramidWidth(),
                weights.architecture().codeBits() == 0
                        ? ""
                        : ", codes of %d bits".formatted(weights.architecture().codeBits()),
                weights.cropSize(),
                weights.parameters().length,
                String.join(", ", weights.objects()),
                data,
                lesson,
                String.join(" ", command),
                settings.seed(),
                images,
                Math.max(1, time.toMinutes()),
                Runtime.getRuntime().availableProcessors(),
                LocalDate.now(java.time.ZoneOffset.UTC),
                accuracy,
                weights.sha256());
    }
}
