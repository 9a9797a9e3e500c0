package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.object.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code scene_gt.json}: the true poses per image number. */
public final class BopGroundTruth {

    /** Poses whose registration to the image has a lower correlation than this are not trusted as ground truth. */
    private static final double LEAST_ZNCC = 0.6;

    private BopGroundTruth() {}

    /**
     * The true poses of a sequence. Entries that carry {@code zncc}, the correlation of the rendered with the real
     * image, count only above 0.6. Visible fractions come from {@code scene_gt_info.json} beside the file, if it
     * exists.
     *
     * @param sceneGt the file {@code scene_gt.json}
     * @return image number to poses, ascending; images without a trusted pose map to an empty list
     * @throws IOException if a file cannot be read or is not what BOP describes, naming the file, the place and what
     *     was expected
     */
    public static SortedMap<Integer, List<BopPose>> read(Path sceneGt) throws IOException {
        JsonFile truths = JsonFile.read(sceneGt);
        Path infoFile = sceneGt.resolveSibling("scene_gt_info.json");
        JsonFile infos = Files.isRegularFile(infoFile) ? JsonFile.read(infoFile) : null;
        SortedMap<Integer, List<BopPose>> byImage = new TreeMap<>();
        for (Map.Entry<String, ?> member : truths.node().properties()) {
            String image = member.getKey();
            JsonFile entries = truths.get(image);
            List<BopPose> poses = new ArrayList<>();
            for (int i = 0; i < entries.count(); i++) {
                JsonFile entry = entries.get(i);
                if (!entry.has("zncc") || entry.get("zncc").number() > LEAST_ZNCC) {
                    double[] rotation = entry.get("cam_R_m2c").numbers(9);
                    double[] translation = entry.get("cam_t_m2c").numbers(3);
                    poses.add(new BopPose(
                            i,
                            entry.get("obj_id").integer(),
                            entry.transform(rotation, translation),
                            new PoseMatrix(rotation, JsonFile.metres(translation)),
                            visibleFraction(infos, image, i)));
                }
            }
            byImage.put(truths.id(image), List.copyOf(poses));
        }
        return byImage;
    }

    private static double visibleFraction(JsonFile infos, String image, int index) throws IOException {
        if (infos == null || !infos.has(image)) {
            return 1;
        }
        JsonFile entries = infos.get(image);
        if (index >= entries.count()) {
            throw entries.problem("one entry per entry of scene_gt.json");
        }
        return entries.get(index).get("visib_fract").number();
    }
}
