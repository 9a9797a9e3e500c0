package io.apprentice.app.command;

import io.apprentice.app.live.ObjectChoice;
import io.apprentice.lab.UserError;
import io.apprentice.lab.fit.Pictures;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code fit} is shown. */
final class PicturesOptions {
    @Option(
            names = "--views",
            paramLabel = "WHICH",
            description = "upper: the object stands on a table; sphere: seen from anywhere.")
    private CropSettings.Views views = CropSettings.DEFAULT.views();

    @Option(
            names = "--roll",
            paramLabel = "DEGREES",
            description = "With --views upper: how far the camera rolls to either side. Default: 30.")
    private double roll = CropSettings.DEFAULT.roll();

    @Option(
            names = "--distance",
            split = ",",
            arity = "1",
            paramLabel = "DIAMETERS",
            description = "Nearest and farthest distance in diameters of the object. Default: 1.3,3.5.")
    private List<Double> distance = List.of(CropSettings.DEFAULT.nearest(), CropSettings.DEFAULT.farthest());

    @Option(
            names = "--wide-share",
            paramLabel = "X",
            description = "Share of crops that show much more than the object, so that the network learns to find it."
                    + " Default: 0.12; official: 0.")
    private Double wideShare;

    @Option(
            names = "--backgrounds",
            paramLabel = "DIR",
            description = "Pictures (JPEG, PNG) behind and on things, beside drawn patterns: busy photographs help.")
    private Path backgrounds;

    @Option(
            names = "--bop",
            split = ",",
            paramLabel = "SCENE",
            description = "Fit on the images of BOP scenes (DATASET/train/000001) too; repeatable. Objects are called"
                    + " obj_000001 and so on; default: all that the scenes show. Test on other scenes than these.")
    private List<Path> bop = List.of();

    @Option(
            names = "--bop-share",
            paramLabel = "X",
            description = "Share of crops from --bop; 1: nothing is rendered. Default: 0.5.")
    private Double bopShare;

    /**
     * What to fit on.
     *
     * @param recipe gives the default of {@code --wide-share}
     */
    Pictures pictures(Recipe recipe) {
        if (distance.size() != 2) {
            throw new UserError("--distance expected NEAREST,FARTHEST, for example 1.3,3.5, got " + distance);
        }
        CropSettings crops = new CropSettings(
                views,
                roll,
                distance.get(0),
                distance.get(1),
                wideShare == null ? recipe.wideShare() : wideShare,
                Optional.ofNullable(backgrounds));
        double share = bop.isEmpty() ? 0 : Pictures.DEFAULT_SHARE;
        return new Pictures(crops, bop, bopShare == null ? share : bopShare);
    }

    /** The objects that {@code given} names; without any, those that the BOP scenes show; without those, the parcel. */
    List<ObjectModel> objects(ObjectOptions given) throws IOException {
        if (bop.isEmpty() || !given.specs().isEmpty()) {
            return given.load();
        }
        List<ObjectModel> shown = ObjectChoice.load(ObjectChoice.ofScenes(bop));
        if (shown.isEmpty()) {
            throw new UserError(
                    "--bop %s: expected scenes with ground truth (scene_gt.json), found none".formatted(bop));
        }
        return shown;
    }
}
