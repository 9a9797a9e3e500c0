package io.apprentice.lab.fit;

import io.apprentice.lab.UserError;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.SceneCrops;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * What a network is fitted on.
 *
 * @param rendered how rendered crops vary; its share of wide crops holds for both kinds
 * @param scenes BOP scenes whose images crops are cut out of; may be empty
 * @param share share of the crops that are cut out of scenes, above 0 to 1; 0 without scenes
 */
public record Pictures(CropSettings rendered, List<Path> scenes, double share) {
    /** Default share if there are scenes. */
    public static final double DEFAULT_SHARE = 0.5;

    public Pictures {
        scenes = List.copyOf(scenes);
        if (scenes.isEmpty() ? share != 0 : !(share > 0 && share <= 1)) {
            throw new UserError("--bop-share expected above 0 to 1, with --bop SCENE, got " + share);
        }
    }

    /** Nothing but rendered crops. */
    static Pictures rendered(CropSettings rendered) {
        return new Pictures(rendered, List.of(), 0);
    }

    /**
     * The crops by number. The two kinds alternate as evenly as the share allows, so that every batch has both.
     *
     * @throws IOException if a scene cannot be read or shows none of the objects
     * @throws UserError if there would be no crop of an object
     */
    LongFunction<TrainingCrop> crops(List<ObjectModel> objects, int cropSize, long seed) throws IOException {
        if (scenes.isEmpty()) {
            return new TrainingCrops(objects, cropSize, rendered, seed)::crop;
        }
        SceneCrops cut = new SceneCrops(scenes, objects, cropSize, rendered.wideShare(), seed);
        if (share == 1 && !cut.unseen().isEmpty()) {
            throw new UserError("--bop-share 1: expected scenes that show every object, %s show none of %s"
                    .formatted(scenes, cut.unseen()));
        }
        TrainingCrops drawn = new TrainingCrops(objects, cropSize, rendered, seed);
        return index ->
                Math.floor((index + 1) * share) > Math.floor(index * share) ? cut.crop(index) : drawn.crop(index);
    }

    /** For the model card. */
    public String text() {
        List<String> kinds = new ArrayList<>();
        if (share > 0) {
            kinds.add("%s crops of the images of the BOP scenes %s at their ground truth"
                    .formatted(
                            percent(share), scenes.stream().map(Path::toString).toList()));
        }
        if (share < 1) {
            kinds.add("%s crops rendered by this project from the objects' meshes, domain-randomised, %s"
                    .formatted(
                            percent(1 - share),
                            rendered.backgrounds()
                                    .map(folder -> "most among pictures of " + folder)
                                    .orElse("no photographs, no labels")));
        }
        return String.join("; ", kinds);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }
}
