package io.apprentice.app.live;

import io.apprentice.ingest.CameraSpec;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.scene.NamedObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which objects a run is about. */
public final class ObjectChoice {
    public static final Map<String, String> PARCEL = Map.of("parcel", "builtin:parcel");

    private ObjectChoice() {}

    /**
     * The objects that the settings name; without any, those that the ground truth of BOP cameras names; without those, the
     * parcel.
     *
     * @throws IOException if a BOP scene or its models are missing
     */
    public static Map<String, String> of(ApprenticeSettings settings) throws IOException {
        if (!settings.objects().isEmpty()) {
            return settings.objects();
        }
        Map<String, String> found = ofScenes(settings.ingest().cameras().stream()
                .filter(camera -> camera.kind() == CameraSpec.Kind.BOP)
                .map(camera -> Path.of(camera.source().reveal()))
                .toList());
        return found.isEmpty() ? PARCEL : found;
    }

    /**
     * The objects that the ground truth of BOP scenes names; empty without ground truth.
     *
     * @throws IOException if a scene or its models are missing
     */
    public static Map<String, String> ofScenes(List<Path> scenes) throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (Path folder : scenes) {
            BopScene scene = BopScene.read(folder);
            for (int number : scene.objectIds()) {
                Path mesh = BopModels.file(scene.modelsDirectory(), number);
                found.put(BopModels.name(number), mesh.toString());
            }
        }
        return found;
    }

    /**
     * Reads their meshes.
     *
     * @throws IOException if one is missing or unreadable
     */
    public static List<ObjectModel> load(Map<String, String> objects) throws IOException {
        List<ObjectModel> models = new ArrayList<>();
        for (Map.Entry<String, String> object : new TreeMap<>(objects).entrySet()) {
            models.add(NamedObjects.load(object.getKey(), object.getValue()));
        }
        return models;
    }
}
