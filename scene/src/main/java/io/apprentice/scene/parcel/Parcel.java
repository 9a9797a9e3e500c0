package io.apprentice.scene.parcel;

import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.Shapes;

/** The object of the demonstration: a cardboard box, 0.28 x 0.19 x 0.12 m, printed differently on every side. */
public final class Parcel {
    private static final float[] HALF = {0.14f, 0.095f, 0.06f};
    private static final int GRID = 4;

    private Parcel() {}

    /** The model, id {@code parcel}; z up, origin at the centre. */
    public static ObjectModel model() {
        return Holder.MODEL;
    }

    private static ObjectModel build() {
        return ObjectModel.of(
                "parcel", Shapes.box(HALF[0], HALF[1], HALF[2], GRID, ParcelPrint.ATLAS, ParcelPrint.texture()));
    }

    private static final class Holder {
        static final ObjectModel MODEL = build();
    }
}
