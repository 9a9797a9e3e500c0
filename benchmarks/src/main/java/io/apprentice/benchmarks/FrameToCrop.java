package io.apprentice.benchmarks;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.NamedObjects;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take from a JPEG of 640 x 480 to the bytes of a 256 x 256 crop? Normalisation is inside the network's graph:
 * {@link NetworkForward} counts it.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FrameToCrop {
    private static final int SIZE = 256;

    /** Side of the region in frame pixels; above 512 the frame is halved first. */
    @Param({"200", "640"})
    public int side;

    private byte[] jpeg;
    private RgbImage frame;
    private Affine2 frameToCrop;
    private final byte[] crop = new byte[SIZE * SIZE * 3];

    /** A frame of the synthetic camera. */
    @Setup
    public void film() throws IOException {
        frame = new SyntheticCamera(List.of(NamedObjects.load("parcel", "builtin:parcel")), SceneSettings.of(1))
                .frame(0)
                .image();
        jpeg = ImageCodec.encodeJpeg(frame, 90);
        frameToCrop = Affine2.squareCrop(319.5, 239.5, side, SIZE);
    }

    /** Decodes alone. */
    @Benchmark
    public RgbImage decode() throws IOException {
        return ImageCodec.decode(jpeg);
    }

    /** Crops alone. */
    @Benchmark
    public byte[] crop() {
        CropWarp.warp(frame, frameToCrop, SIZE, crop, 0);
        return crop;
    }

    /** Both. */
    @Benchmark
    public byte[] decodeAndCrop() throws IOException {
        CropWarp.warp(ImageCodec.decode(jpeg), frameToCrop, SIZE, crop, 0);
        return crop;
    }
}
