package io.apprentice.benchmarks;

import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.parcel.Parcel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does the synthetic camera take for a JPEG of 640 x 480, beside the JPEG alone, which any camera without
 * compression needs?
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SyntheticFrame {
    private static final int QUALITY = 90;
    private static final int STEP = 7; // so that a second of measurement sees many views

    private final SyntheticCamera camera = new SyntheticCamera(List.of(Parcel.model()), SceneSettings.of(1));
    private RgbImage picture;
    private long index;

    /** A frame to compress. */
    @Setup
    public void film() {
        picture = camera.frame(0).image();
    }

    /** Renders alone. */
    @Benchmark
    public RgbImage render() {
        return camera.frame(index += STEP).image();
    }

    /** Compresses alone: the baseline. */
    @Benchmark
    public byte[] compress() {
        return ImageCodec.encodeJpeg(picture, QUALITY);
    }

    /** Both. */
    @Benchmark
    public byte[] renderAndCompress() {
        return ImageCodec.encodeJpeg(camera.frame(index += STEP).image(), QUALITY);
    }
}
