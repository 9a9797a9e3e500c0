package io.apprentice.learning.step;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import java.util.List;

/** Numbers for the parts of objects' surfaces, to be learnt by the cells that see them. */
public interface SurfaceLabels {

    /** The number of the part of an object's surface on which a point lies, object frame, metres. */
    int part(int classIndex, float x, float y, float z);

    /**
     * The part at the centre of each of the first cells, or -1 where the crop does not show the object.
     *
     * @param surface object-space point per pixel of the crop: planes x, y, z of size x size, NaN where the object is
     *     not seen
     */
    default int[] labels(int classIndex, float[] surface, int size, CellGrid grid, int cells) {
        int[] labels = new int[cells];
        int plane = size * size;
        for (int cell = 0; cell < cells; cell++) {
            int pixel = grid.pixel(cell);
            labels[cell] = Float.isNaN(surface[pixel])
                    ? -1
                    : part(classIndex, surface[pixel], surface[plane + pixel], surface[2 * plane + pixel]);
        }
        return labels;
    }

    /** The codes of surface points. */
    static SurfaceLabels codes(List<ObjectModel> objects, int bits) {
        List<SurfaceCodebook> codebooks = objects.stream()
                .map(object -> SurfaceCodebook.of(object.mesh(), bits))
                .toList();
        return (classIndex, x, y, z) -> codebooks.get(classIndex).code(x, y, z);
    }
}
