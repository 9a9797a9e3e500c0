package io.apprentice.pose.object;

/** What is printed on the parcel, and where each face lies in the texture. */
final class ParcelPrint {
    static final float[][] ATLAS = {
        {0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1},
    };

    private ParcelPrint() {}

    static Texture texture() {
        return new Texture(new int[] {0xffffff}, 0, 0);
    }
}
