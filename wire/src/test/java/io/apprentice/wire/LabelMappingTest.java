package io.apprentice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ForegroundMap;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.SurfaceCodes;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.TeacherRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class LabelMappingTest {
    private static final CameraIntrinsics CAMERA =
            new CameraIntrinsics(50, 51, 15, 11, 32, 24, List.of(0.1, 0.01, 0.0, 0.0, 0.0));
    private static final Frame FRAME = FrameMapping.toRecord(
            "left", 7, Instant.EPOCH, ImageEncoding.JPEG, CAMERA, ImageCodec.encodeJpeg(RgbImage.black(32, 24), 90));
    private static final ObjectLabel FOUND = new ObjectLabel(
            "mug",
            new Affine2(2, 0.5, -3, -0.5, 2, 4),
            64,
            new KeypointVotes(
                    8, new float[] {0.9f}, new float[] {1, 2, 3, 4, 5, 6, 7, 8.5f, 9, 10, 11, 12, 13, 14, -15, 1600}),
            Optional.of(new Se3(Quaternion.about(new Vec3(1, 2, 3), 0.4), new Vec3(0.1, -0.2, 0.9))),
            new LabelQuality(12, 16, 0.7, 0.6),
            Optional.of(new ForegroundMap(2, 2, new float[] {0, 1, 0.2f, 1.5f})));
    private static final ObjectLabel LOST = new ObjectLabel(
            "cup",
            Affine2.IDENTITY,
            64,
            new KeypointVotes(8, new float[0], new float[0]),
            Optional.empty(),
            new LabelQuality(0, 0, 0, 0.1),
            Optional.empty());

    private static LocalPredictions predictions(long sequence) {
        return new LocalPredictions(
                "left",
                sequence,
                Instant.EPOCH,
                new FrameRef(0, 3L),
                new TeacherRef("teacher", 0L, "00"),
                List.of(LabelMapping.toRecord(FOUND, true), LabelMapping.toRecord(LOST, false)));
    }

    @Test
    void fromRecords_givenWhatToRecordMade_returnsTheLabel() throws IOException {
        LabelReference reference = new LabelReference(0, 5);

        Label label = LabelMapping.fromRecords(reference, predictions(7), FRAME);

        assertThat(label.reference()).isEqualTo(reference);
        assertThat(label.intrinsics()).isEqualTo(CAMERA);
        assertThat(label.objects()).hasSize(2);
        ObjectLabel found = label.objects().get(0);
        assertThat(found.objectId()).isEqualTo("mug");
        assertThat(found.frameToCrop()).isEqualTo(FOUND.frameToCrop());
        assertThat(found.cropSize()).isEqualTo(64);
        assertThat(found.predictions().scores()).isEqualTo(FOUND.predictions().scores());
        assertThat(found.predictions().points()).isEqualTo(FOUND.predictions().points());
        assertThat(found.objectToCamera()).isEqualTo(FOUND.objectToCamera());
        assertThat(found.quality()).isEqualTo(FOUND.quality());
        assertThat(found.foreground().orElseThrow().probabilities()).isEqualTo(new float[] {0, 1, 51 / 255f, 1});
        ObjectLabel lost = label.objects().get(1);
        assertThat(lost.objectToCamera()).isEmpty();
        assertThat(lost.foreground()).isEmpty();
        assertThat(lost.predictions().size()).isZero();
    }

    @Test
    void fromRecords_givenAnotherFrame_namesBoth() {
        assertThatThrownBy(() -> LabelMapping.fromRecords(new LabelReference(0, 5), predictions(8), FRAME))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected frame 8 of camera 'left', found frame 7");
    }

    /** Numbers that would end the training, should they reach it. */
    @Test
    void fromRecords_givenImpossibleNumbers_namesTheObjectAndWhatWasExpected() {
        expectRefusal("8 keypoints, got 2", votes(2, List.of(0.9f), List.of(1f, 2f, 3f, 4f)));
        expectRefusal("scores from 0 to 1", votes(8, List.of(1.5f), Collections.nCopies(16, 1f)));
        expectRefusal("scores from 0 to 1", votes(8, List.of(Float.NaN), Collections.nCopies(16, 1f)));
        expectRefusal("finite votes", votes(8, List.of(0.5f), Collections.nCopies(16, Float.NaN)));
        expectRefusal("finite votes, at most 1000000 pixels", votes(8, List.of(0.5f), Collections.nCopies(16, 3e38f)));
        LocalPredictions hollow = predictions(7);
        hollow.getObjects().get(0).getForeground().setWidth(65_536);
        hollow.getObjects().get(0).getForeground().setHeight(65_536);
        hollow.getObjects().get(0).getForeground().setValues(ByteBuffer.allocate(0)); // 65,536 x 65,536 is 0 to an int
        expectMessage("foreground map: expected 65536 x 65536 values, got 0", hollow);
        LocalPredictions turned = predictions(7);
        turned.getObjects().get(0).setObjectToCamera(new Pose(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0));
        expectRefusal("a finite pose", turned);
        LocalPredictions far = predictions(7);
        far.getObjects().get(0).getObjectToCamera().setTz(Double.POSITIVE_INFINITY);
        expectRefusal("a finite pose", far);
        LocalPredictions unsure = predictions(7);
        unsure.getObjects().get(0).getQuality().setScore(Double.NaN);
        expectRefusal("a finite quality", unsure);
    }

    private static LocalPredictions votes(int keypoints, List<Float> scores, List<Float> points) {
        LocalPredictions predictions = predictions(7);
        predictions
                .getObjects()
                .get(0)
                .setPredictions(new io.apprentice.schemas.KeypointVotes(keypoints, scores, points));
        return predictions;
    }

    private static void expectRefusal(String expected, LocalPredictions predictions) {
        expectMessage("label of 'mug': expected " + expected, predictions);
    }

    private static void expectMessage(String expected, LocalPredictions predictions) {
        assertThatThrownBy(() -> LabelMapping.fromRecords(new LabelReference(0, 5), predictions, FRAME))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected);
    }

    /** Their probabilities travel as bytes: within half of 1/255. */
    @Test
    void fromRecords_givenSurfaceCodes_returnsThem() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        float[] scores = new float[SurfaceCodes.MOST_CELLS];
        float[] points = new float[2 * scores.length];
        float[] codes = new float[16 * scores.length];
        for (int i = 0; i < codes.length; i++) {
            scores[i / 16] = 0.9f;
            points[i / 8] = i;
            codes[i] = (float) random.nextDouble();
        }
        ObjectPredictions record =
                LabelMapping.toRecord(FOUND.with(new SurfaceCodes(16, scores, points, codes)), false);
        LocalPredictions predictions = predictions(7);
        predictions.setObjects(List.of(record));

        SurfaceCodes read = (SurfaceCodes) LabelMapping.fromRecords(new LabelReference(0, 5), predictions, FRAME)
                .objects()
                .get(0)
                .predictions();

        assertThat(read.scores()).isEqualTo(scores);
        assertThat(read.points()).isEqualTo(points);
        for (int i = 0; i < codes.length; i++) {
            assertThat(read.codes()[i]).isCloseTo(codes[i], within(0.5f / 255 + 1e-6f));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(ObjectPredictions.class).write(record, encoder);
        encoder.flush();
        assertThat(bytes.size()).isLessThan(16_000);
    }

    /** As another teacher may send them. */
    @Test
    void fromRecords_givenSurfaceCodesAsFloats_returnsThem() throws IOException {
        LocalPredictions predictions = codes(8, 0.25f);
        SurfaceCodes read = (SurfaceCodes) LabelMapping.fromRecords(new LabelReference(0, 5), predictions, FRAME)
                .objects()
                .get(0)
                .predictions();
        assertThat(read.codes()).hasSize(8).containsOnly(0.25f);
        expectRefusal("codes of 8 to 16 bits, got 7", codes(7, 0.25f));
        expectRefusal("codes from 0 to 1", codes(8, 1.25f));
    }

    private static LocalPredictions codes(int bits, float probability) {
        LocalPredictions predictions = predictions(7);
        predictions
                .getObjects()
                .get(0)
                .setPredictions(new io.apprentice.schemas.SurfaceCodes(
                        bits,
                        List.of(0.9f),
                        List.of(3f, 4f),
                        Collections.nCopies(bits, probability),
                        ByteBuffer.allocate(0)));
        return predictions;
    }
}
