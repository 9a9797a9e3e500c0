package io.apprentice.learning.sample;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * One object of a label, to examine students on: a crop of the usual side, neither shifted, turned nor recoloured, and
 * the keypoints where the teacher's pose puts them.
 *
 * @param classIndex class of the object, from 0
 * @param jpeg the crop; not copied
 * @param keypoints for each pose that looks the same, x1 y1 ... x8 y8 in object sizes of the crop (its side is 1.5 of
 *     them); not copied
 */
public record ExamCrop(int classIndex, byte[] jpeg, float[][] keypoints) {

    public void write(DataOutputStream out) throws IOException {
        out.writeInt(classIndex);
        out.writeInt(jpeg.length);
        out.write(jpeg);
        out.writeInt(keypoints.length);
        for (float[] points : keypoints) {
            out.writeInt(points.length);
            for (float value : points) {
                out.writeFloat(value);
            }
        }
    }

    public static ExamCrop read(DataInputStream in) throws IOException {
        int classIndex = in.readInt();
        byte[] jpeg = in.readNBytes(in.readInt());
        float[][] keypoints = new float[in.readInt()][];
        for (int i = 0; i < keypoints.length; i++) {
            keypoints[i] = new float[in.readInt()];
            for (int j = 0; j < keypoints[i].length; j++) {
                keypoints[i][j] = in.readFloat();
            }
        }
        return new ExamCrop(classIndex, jpeg, keypoints);
    }
}
