package io.apprentice.recordings.bop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a BOP dataset has its models. Published ones have two folders of them, those of one's own mostly one. */
public final class BopDataset {
    private static final Logger LOG = LoggerFactory.getLogger(BopDataset.class);
    private static final String FULL = "models";
    private static final String EVALUATION = "models_eval";

    private BopDataset() {}

    /**
     * The models that look like the objects: {@code models}, else {@code models_eval}.
     *
     * @throws IOException if there is neither
     */
    public static Path models(Path dataset) throws IOException {
        return first(dataset, FULL, EVALUATION);
    }

    /**
     * The models whose vertices errors are measured at: {@code models_eval}, else {@code models}.
     *
     * @throws IOException if there is neither
     */
    public static Path evaluationModels(Path dataset) throws IOException {
        return first(dataset, EVALUATION, FULL);
    }

    private static Path first(Path dataset, String wanted, String other) throws IOException {
        for (String name : List.of(wanted, other)) {
            if (Files.isRegularFile(dataset.resolve(name).resolve("models_info.json"))) {
                if (!name.equals(wanted)) {
                    LOG.warn("{}: no {}/models_info.json; those of {} are taken", dataset, wanted, other);
                }
                return dataset.resolve(name);
            }
        }
        throw new IOException(
                "%s: expected %s/models_info.json or %s/models_info.json".formatted(dataset, wanted, other));
    }
}
