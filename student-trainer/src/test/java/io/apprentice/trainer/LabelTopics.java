package io.apprentice.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.FrameMapping;
import io.apprentice.wire.LabelMapping;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Writes frames with the truth as labels, and reads what comes out. */
final class LabelTopics implements AutoCloseable {

    static final int SIZE = 160;
    private static final String CAMERA = "camera";

    private final ServiceContext context;
    private final PlainSender sender;
    private final RecordReader reader;
    private final TrainingCrops crops = crops();
    private long sequence;

    LabelTopics(ServiceContext context) {
        this.context = context;
        sender = new PlainSender(context.kafka());
        reader = new RecordReader(context.kafka());
    }

    static TrainingCrops crops() {
        return new TrainingCrops(
                TinyStudent.OBJECTS, SIZE, new CropSettings(CropSettings.Views.UPPER, 0, Optional.empty()), 3);
    }

    void sendLabels(int count) {
        sendLabels(CAMERA, count);
    }

    void sendLabels(String name, int count) {
        for (int i = 0; i < count; i++) {
            send(Topic.LOCAL_PREDICTIONS, name.getBytes(UTF_8), encoded(sendFrame(name)));
        }
    }

    /** Sends a frame, and returns its label. */
    LocalPredictions sendFrame(String name) {
        TrainingCrop crop = crops.crop(sequence);
        CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), SIZE);
        byte[] value = context.codecs().codec(Topic.FRAMES, Frame.class).encode(frame(name, sequence, crop, camera));
        RecordMetadata frame = send(Topic.FRAMES, name.getBytes(UTF_8), value);
        return label(name, sequence++, crop, camera, new FrameRef(frame.partition(), frame.offset()));
    }

    byte[] encoded(LocalPredictions label) {
        return context.codecs()
                .codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                .encode(label);
    }

    /** A label whose frame has aged out of the topic, and with it all frames before. */
    void sendLabelWithoutFrame() throws Exception {
        sendLabels(1);
        TopicPartition frames = new TopicPartition(context.topics().name(Topic.FRAMES), 0);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", context.kafka().bootstrapServers()))) {
            admin.deleteRecords(Map.of(frames, RecordsToDelete.beforeOffset(sequence)))
                    .all()
                    .get();
        }
    }

    void send(Topic topic, byte[] value) {
        send(topic, CAMERA.getBytes(UTF_8), value);
    }

    RecordMetadata send(Topic topic, byte[] key, byte[] value) {
        return sender.send(new ProducerRecord<>(context.topics().name(topic), key, value))
                .join();
    }

    static Frame frame(String name, long sequence, TrainingCrop crop, CameraIntrinsics k) {
        byte[] image = ImageCodec.encodeJpeg(new RgbImage(SIZE, SIZE, crop.rgb()), 90);
        return FrameMapping.toRecord(name, sequence, Instant.ofEpochSecond(sequence), ImageEncoding.JPEG, k, image);
    }

    static LocalPredictions label(String name, long sequence, TrainingCrop crop, CameraIntrinsics k, FrameRef frame) {
        Se3 pose = crop.objectToCamera();
        float[] points = new float[6 * 16];
        int at = 0;
        for (int cell = 0; cell < 6; cell++) {
            for (Vec3 keypoint : TinyStudent.PARCEL.keypoints()) {
                Vec3 point = pose.transform(keypoint);
                points[at++] = (float) (k.projectX(point) + cell - 3);
                points[at++] = (float) (k.projectY(point) - cell + 3);
            }
        }
        float[] scores = new float[6];
        Arrays.fill(scores, 0.8f);
        ObjectLabel object = new ObjectLabel(
                "parcel",
                Affine2.IDENTITY,
                SIZE,
                new KeypointVotes(8, scores, points),
                Optional.of(pose),
                new LabelQuality(48, 48, 1.0, 0.8),
                Optional.empty());
        return new LocalPredictions(
                name,
                sequence,
                Instant.ofEpochSecond(sequence),
                frame,
                new TeacherRef("truth", 0L, "00"),
                List.of(LabelMapping.toRecord(object, false)));
    }

    /** Everything committed to a topic. */
    List<Received> read(Topic topic) {
        return reader.readToEnd(context.topics().name(topic)).collectList().block();
    }

    @Override
    public void close() {
        sender.close();
        reader.close();
    }
}
