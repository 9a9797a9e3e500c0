package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.object.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code camera.json}: {@code fx fy cx cy}, optional {@code width height} and optional {@code distortion}; pixels. */
public final class BopCamera {

    private BopCamera() {}

    /**
     * The intrinsics in a file, for images of a known size.
     *
     * @param file JSON with {@code fx fy cx cy}; {@code width} and {@code height}, if given, must be the image's;
     *     {@code distortion} in OpenCV's order k1 k2 p1 p2 k3 ...
     * @param width image width, pixels
     * @param height image height, pixels
     * @throws IOException if the file cannot be read, lacks a member, or describes images of another size
     */
    public static CameraIntrinsics read(Path file, int width, int height) throws IOException {
        JsonFile json = JsonFile.read(file);
        int fileWidth = json.has("width") ? json.get("width").integer() : width;
        int fileHeight = json.has("height") ? json.get("height").integer() : height;
        if (fileWidth != width || fileHeight != height) {
            throw new IOException("%s: intrinsics of %dx%d images, but the camera's are %dx%d; expected the same size"
                    .formatted(file, fileWidth, fileHeight, width, height));
        }
        List<Double> distortion = new ArrayList<>();
        if (json.has("distortion")) {
            JsonFile entries = json.get("distortion");
            for (int i = 0; i < entries.count(); i++) {
                distortion.add(entries.get(i).number());
            }
        }
        try {
            return new CameraIntrinsics(
                    json.get("fx").number(),
                    json.get("fy").number(),
                    json.get("cx").number(),
                    json.get("cy").number(),
                    width,
                    height,
                    distortion);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
