package io.apprentice.app.command;

import io.apprentice.app.live.ObjectChoice;
import io.apprentice.lab.UserError;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --object ID=SPEC}, repeatable. */
public final class ObjectOptions {
    @Option(
            names = "--object",
            paramLabel = "ID=SPEC",
            description =
                    "An object: builtin:parcel or a mesh file (PLY, OBJ); repeatable. Default: parcel=builtin:parcel.")
    private List<String> objects = List.of();

    /** Id to specification; empty without the option. */
    public Map<String, String> specs() {
        Map<String, String> specs = new LinkedHashMap<>();
        for (String object : objects) {
            String[] parts = object.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new UserError("--object expected ID=SPEC, for example mug=mug.ply, got '" + object + "'");
            }
            specs.put(parts[0], parts[1]);
        }
        return specs;
    }

    /** The models, the parcel without the option. */
    public List<ObjectModel> load() throws IOException {
        return ObjectChoice.load(specs().isEmpty() ? ObjectChoice.PARCEL : specs());
    }
}
