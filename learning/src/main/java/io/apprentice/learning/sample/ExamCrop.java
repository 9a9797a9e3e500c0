package io.apprentice.learning.sample;

import io.apprentice.pose.geometry.CameraIntrinsics;
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
 * @param camera of the crop, pixels, without distortion
 */
public record ExamCrop(int classIndex, byte[] jpeg, float[][] keypoints, CameraIntrinsics camera) {

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
        out.writeDouble(camera.fx());
        out.writeDouble(camera.fy());
        out.writeDouble(camera.cx());
        out.writeDouble(camera.cy());
        out.writeInt(camera.width());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param withCamera false for what was written before crops had cameras; then the crop gets one that means nothing; only
     *     codes use it, and there were none
     */
    public static ExamCrop read(DataInputStream in, boolean withCamera) throws IOException {
        int classIndex = in.readInt();
        byte[] jpeg = in.readNBytes(in.readInt());
        float[][] keypoints = new float[in.readInt()][];
        for (int i = 0; i < keypoints.length; i++) {
            keypoints[i] = new float[in.readInt()];
            for (int j = 0; j < keypoints[i].length; j++) {
                keypoints[i][j] = in.readFloat();
            }
        }
        if (!withCamera) {
            return new ExamCrop(classIndex, jpeg, keypoints, new CameraIntrinsics(1, 1, 0.5, 0.5, 1, 1));
        }
        double[] k = {in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()};
        int size = in.readInt();
        return new ExamCrop(classIndex, jpeg, keypoints, new CameraIntrinsics(k[0], k[1], k[2], k[3], size, size));
    }
}
