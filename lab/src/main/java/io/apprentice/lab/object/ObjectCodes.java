package io.apprentice.lab.object;

import io.apprentice.lab.UserError;
import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** The codes of an object's surface as files: for programs that read a dense network's predictions, and for people. */
public final class ObjectCodes {

    private ObjectCodes() {}

    /**
     * Writes {@code NAME.codes} and a picture of it, {@code NAME.codes.png}.
     *
     * @return what was written, a line each
     * @throws UserError if there are no codes of so many bits
     */
    public static List<String> write(ObjectModel object, int bits, Path folder) throws IOException {
        SurfaceCodebook codes;
        try {
            codes = SurfaceCodebook.of(object.mesh(), bits);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage(), e);
        }
        Path file = folder.resolve(object.id() + ".codes");
        Path png = folder.resolve(object.id() + ".codes.png");
        codes.write(file);
        ImageIO.write(ObjectPicture.ofCodes(object, codes), "png", png.toFile());
        return List.of(
                "", "wrote %s: %d bits, sha256 %s".formatted(file, codes.bits(), codes.sha256()), "wrote " + png);
    }
}
