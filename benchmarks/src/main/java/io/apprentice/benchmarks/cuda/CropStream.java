package io.apprentice.benchmarks.cuda;

import io.apprentice.learning.step.SurfacePatches;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.loss.PositiveCells;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.MadeObjects;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Writes labelled training crops to standard output, without end, for a training in Python ({@code fit_start.py}).
 * Arguments: seed of the crops, threads, number of {@link MadeObjects}. A record is little-endian: class (int), keypoints
 * in the camera's frame (8 x 3 floats, metres), diameter (metres), the affine map from crop pixels to x/z and y/z (6 floats),
 * RGB, labels of all cells as in {@link PositiveCells} (bytes), patch of each cell of the two finest levels, within its
 * object, or -1 (bytes).
 */
public final class CropStream {
    private static final int SIZE = 128;
    private static final int LEVELS = 4;
    private static final int PATCHES = 48;
    private static final int CHUNK = 32;
    private static final long MADE_SEED = 1;

    private static final CellGrid GRID = CellGrid.of(SIZE, SIZE, LEVELS);

    private final List<ObjectModel> objects;
    private final SurfacePatches patches;
    private final List<TrainingCrops> sources;
    private final long seed;
    private final OutputStream out;
    private final AtomicLong next = new AtomicLong();

    private CropStream(List<ObjectModel> objects, long seed, OutputStream out) {
        this.objects = objects;
        this.seed = seed;
        this.out = out;
        patches = new SurfacePatches(objects, PATCHES);
        sources = Stream.of(CropSettings.Views.values())
                .map(v -> new TrainingCrops(objects, SIZE, new CropSettings(v, 0.12, Optional.empty()), seed))
                .toList();
    }

    /** Runs until the reader goes away. */
    public static void main(String[] args) throws IOException, InterruptedException {
        CropStream stream = new CropStream(
                MadeObjects.of(Integer.parseInt(args[2]), MADE_SEED),
                Long.parseLong(args[0]),
                new FileOutputStream(FileDescriptor.out));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            Thread thread = new Thread(stream::run, "crops-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void run() {
        int record = 4 * (1 + 24 + 1 + 6) + 3 * SIZE * SIZE + GRID.cells() + GRID.levelStart(2);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * record).order(ByteOrder.LITTLE_ENDIAN);
        while (true) {
            chunk.clear();
            for (int i = 0; i < CHUNK; i++) {
                long number = next.getAndIncrement();
                put(sources.get((int) (number % sources.size())).crop(number), number, chunk);
            }
            try {
                synchronized (out) {
                    out.write(chunk.array());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void put(TrainingCrop crop, long number, ByteBuffer to) {
        ObjectModel object = objects.get(crop.classIndex());
        to.putInt(crop.classIndex());
        for (Vec3 k : object.keypoints()) {
            Vec3 p = crop.objectToCamera().transform(k);
            to.putFloat((float) p.x()).putFloat((float) p.y()).putFloat((float) p.z());
        }
        to.putFloat((float) object.diameter());
        CameraIntrinsics frame = crop.frameIntrinsics();
        Affine2 back = crop.frameToCrop().inverse();
        to.putFloat((float) (back.a() / frame.fx()))
                .putFloat((float) (back.b() / frame.fx()))
                .putFloat((float) ((back.c() - frame.cx()) / frame.fx()))
                .putFloat((float) (back.d() / frame.fy()))
                .putFloat((float) (back.e() / frame.fy()))
                .putFloat((float) ((back.f() - frame.cy()) / frame.fy()));
        to.put(crop.rgb());
        double span = PositiveCells.span(object.keypoints(), crop.objectToCamera(), frame, crop.frameToCrop());
        SplittableRandom random = new SplittableRandom(seed ^ (number * 0x9e3779b97f4a7c15L));
        to.put(PositiveCells.choose(GRID, crop.mask(), span, random).labels());
        int first = crop.classIndex() * PATCHES;
        for (int patch : patches.labels(crop.classIndex(), crop.surface(), SIZE, GRID, GRID.levelStart(2))) {
            to.put((byte) (patch < 0 ? -1 : patch - first));
        }
    }
}
