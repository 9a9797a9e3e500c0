package io.apprentice.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes frames with the truth as labels, and reads what comes out. */
final class Wire implements AutoCloseable {

    private static final int SIZE = 160;
    private static final String CAMERA = "camera";

    private final ServiceContext context;
    private final PlainSender sender;
    private final RecordReader reader;
    private final TrainingCrops crops = new TrainingCrops(
            TinyStudent.OBJECTS, SIZE, new CropSettings(CropSettings.Views.UPPER, 0, Optional.empty()), 3);
    private long sequence;

    Wire(ServiceContext context) {
        this.context = context;
        sender = new PlainSender(context.kafka());
        reader = new RecordReader(context.kafka());
    }

    void sendLabels(int count) {
        for (int i = 0; i < count; i++) {
            TrainingCrop crop = crops.crop(sequence);
            CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), SIZE);
            long offset = send(
                    Topic.FRAMES,
                    context.codecs().codec(Topic.FRAMES, Frame.class).encode(frame(crop, camera)));
            sendLabel(crop, camera, offset);
        }
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

    private void sendLabel(TrainingCrop crop, CameraIntrinsics camera, long frameOffset) {
        send(
                Topic.LOCAL_PREDICTIONS,
                context.codecs()
                        .codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                        .encode(label(crop, camera, frameOffset)));
        sequence++;
    }

    long send(Topic topic, byte[] value) {
        return sender.send(new ProducerRecord<>(context.topics().name(topic), CAMERA.getBytes(UTF_8), value))
                .join()
                .offset();
    }

    private Frame frame(TrainingCrop crop, CameraIntrinsics k) {
        byte[] image = ImageCodec.encodeJpeg(new RgbImage(SIZE, SIZE, crop.rgb()), 90);
        return new Frame(
                CAMERA,
                sequence,
                Instant.ofEpochSecond(sequence),
                ImageEncoding.JPEG,
                new Intrinsics(k.width(), k.height(), k.fx(), k.fy(), k.cx(), k.cy(), List.of()),
                ByteBuffer.wrap(image),
                List.of(),
                List.of());
    }

    private LocalPredictions label(TrainingCrop crop, CameraIntrinsics k, long frameOffset) {
        Se3 pose = crop.objectToCamera();
        List<Float> points = new ArrayList<>();
        for (int cell = 0; cell < 6; cell++) {
            for (Vec3 keypoint : TinyStudent.PARCEL.keypoints()) {
                Vec3 point = pose.transform(keypoint);
                points.add((float) (k.projectX(point) + cell - 3));
                points.add((float) (k.projectY(point) - cell + 3));
            }
        }
        Quaternion q = pose.rotation();
        Vec3 t = pose.translation();
        ObjectPredictions object = new ObjectPredictions(
                "parcel",
                new Region(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, SIZE),
                new KeypointVotes(8, Collections.nCopies(6, 0.8f), points),
                null,
                new Pose(q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z()),
                new Quality(48, 48, 1.0, 0.8),
                false);
        return new LocalPredictions(
                CAMERA,
                sequence,
                Instant.ofEpochSecond(sequence),
                new FrameRef(0, frameOffset),
                new TeacherRef("truth", 0L, "00"),
                List.of(object));
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
