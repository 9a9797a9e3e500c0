package io.apprentice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecodedFrameTest {

    private static Frame frame(int width, int height) {
        return FrameMapping.toRecord(
                "left",
                7,
                Instant.EPOCH,
                ImageEncoding.PNG,
                new CameraIntrinsics(50, 50, 159.5, 119.5, 320, 240),
                ImageCodec.encodePng(RgbImage.black(width, height)));
    }

    @Test
    void of_givenAnImageOfTheCamerasSize_decodesIt() throws IOException {
        DecodedFrame frame = DecodedFrame.of(frame(320, 240));

        assertThat(frame.image().width()).isEqualTo(320);
        assertThat(frame.intrinsics()).isEqualTo(new CameraIntrinsics(50, 50, 159.5, 119.5, 320, 240));
    }

    @Test
    void of_givenAnotherSize_namesCameraAndBoth() {
        assertThatThrownBy(() -> DecodedFrame.of(frame(300, 240)))
                .isInstanceOf(IOException.class)
                .hasMessage("image of camera 'left': expected 320 x 240 pixels as its intrinsics say, got 300 x 240");
    }

    @Test
    void of_givenIntrinsicsOutOfRange_failsAsForAnyOtherUnreadableFrame() {
        Frame frame = frame(320, 240);
        frame.getIntrinsics().setFx(-1);

        assertThatThrownBy(() -> DecodedFrame.of(frame))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void queries_useTheLikeliestDetectionAndTheLastPose() throws IOException {
        Frame frame = frame(320, 240);
        frame.setDetections(List.of(
                new Detection("mug", 10.0, 10.0, 40.0, 40.0, 0.2), new Detection("mug", 100.0, 80.0, 60.0, 60.0, 0.9)));
        LastPoses last = new LastPoses(1);
        last.update("left", "cup", Optional.of(Se3.IDENTITY));

        List<Query> queries = DecodedFrame.of(frame).queries(List.of("cup", "mug"), 64, last);

        assertThat(queries).extracting(Query::objectId).containsExactly("cup", "mug");
        assertThat(queries.get(0).region()).isEmpty();
        assertThat(queries.get(0).lastPose()).contains(Se3.IDENTITY);
        assertThat(queries.get(1).lastPose()).isEmpty();
        // the middle of the likelier box is the middle of the crop
        assertThat(queries.get(1).region().orElseThrow().u(130, 110)).isBetween(31.0, 33.0);
    }
}
