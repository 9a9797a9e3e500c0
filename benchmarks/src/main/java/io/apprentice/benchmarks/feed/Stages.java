package io.apprentice.benchmarks.feed;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.scene.refine.ConfirmedPoses;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.LabelMapping;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What each step costs per frame: processor time of one thread, so that what else runs on the machine counts little. */
final class Stages {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int LARGE_CROP = 256;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 1_000_000_000L;

    /** A step; {@code frame} is the number of one of the footage's. */
    interface Step {
        Object run(int frame) throws Exception;
    }

    private static void measure(String name, Step step) throws Exception {
        double[] micros = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            long frames = 0;
            long used = 0;
            while (used < ROUND_NANOS) {
                for (int i = 0; i < Footage.FRAMES; i++) {
                    if (step.run(i) == null) {
                        throw new IllegalStateException(name + ": expected a result");
                    }
                }
                frames += Footage.FRAMES;
                used = THREADS.getCurrentThreadCpuTime() - start;
            }
            if (round >= 0) {
                micros[round] = used / 1e3 / frames;
            }
        }
        Arrays.sort(micros);
        double median = micros[ROUNDS / 2];
        System.out.printf("%-44s %8.3f ms  %8.0f frames/s%n", name, median / 1e3, 1e6 / median);
    }

    static void run(Footage footage, AvroCodec<Frame> frameCodec, AvroCodec<LocalPredictions> labelCodec)
            throws Exception {
        System.out.println("one step after the other, processor time of one thread per frame, one object");
        List<byte[]> records = footage.frames.stream()
                .map(frame -> Footage.of("camera", frame.getSequence(), frame, true))
                .map(frameCodec::encode)
                .toList();
        System.out.printf(
                "(JPEG of %.0f kB, %d of %d frames found)%n",
                records.stream().mapToInt(r -> r.length).average().orElseThrow() / 1e3,
                footage.estimates.stream().filter(e -> e.pose().isPresent()).count(),
                Footage.FRAMES);
        measure("read the record", i -> frameCodec.decode(records.get(i)));
        measure("decode 640x480 JPEG", i -> DecodedFrame.of(footage.frames.get(i)));

        int size = footage.weights.cropSize();
        byte[] crop = new byte[3 * size * size];
        ByteBuffer direct = ByteBuffer.allocateDirect(crop.length);
        for (int side : new int[] {LARGE_CROP, size}) {
            byte[] target = new byte[3 * side * side];
            List<Affine2> regions = footage.decoded.stream()
                    .map(frame -> frame.queries(List.of(Footage.PARCEL.id()), side, new LastPoses(1))
                            .get(0)
                            .region()
                            .orElseThrow())
                    .toList();
            measure("crop %dx%d".formatted(side, side), i -> {
                CropWarp.warp(footage.decoded.get(i).image(), regions.get(i), side, target, 0);
                return target;
            });
        }
        measure("copy the crop to the buffer of the device", i -> direct.put(0, crop));
        direct.position(0).limit(crop.length);

        LocalHead head = footage.weights.architecture().head();
        CellGrid grid = head.grid(size, size);
        List<WdrNet.Output> outputs = new ArrayList<>();
        for (int i = 0; i < Footage.FRAMES; i++) {
            CropWarp.warp(
                    footage.decoded.get(i).image(), footage.estimates.get(i).frameToCrop(), size, crop, 0);
            outputs.add(footage.network.run(direct.put(0, crop), 1, size, size));
        }
        measure("(the stand-in network)", i -> footage.network.run(direct, 1, size, size));
        measure(
                "select cells",
                i -> head.select(
                        grid, outputs.get(i).logits(), 0, outputs.get(i).values(), 1, 0));
        EpnpRansac solver = new EpnpRansac();
        measure(
                "solve",
                i -> solver.solve(
                        Footage.PARCEL,
                        footage.estimates.get(i).predictions(),
                        footage.decoded.get(i).intrinsics()));
        List<ObjectLabel> labels =
                footage.estimates.stream().map(ObjectLabel::of).toList();
        ConfirmedPoses poses = new ConfirmedPoses(List.of(Footage.PARCEL));
        measure("refine", i -> {
            DecodedFrame frame = footage.decoded.get(i);
            return poses.correct("camera", frame.image(), frame.intrinsics(), labels.get(i));
        });
        measure("serialise the label", i -> labelCodec.encode(record(footage.estimates.get(i), i)));
    }

    static LocalPredictions record(Estimate estimate, long sequence) {
        return new LocalPredictions(
                "camera",
                sequence,
                Instant.EPOCH,
                new FrameRef(0, sequence),
                new TeacherRef("teacher", 0L, ""),
                List.of(LabelMapping.toRecord(ObjectLabel.of(estimate), false)));
    }
}
