package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.ingest.live.Request;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRequestsTest {

    @TempDir
    private Path folder;

    private static Request request(String camera) throws IOException {
        return request(camera, ImageSettings.DEFAULTS, Optional.empty());
    }

    private static Request request(String camera, ImageSettings images, Optional<LiveOptions.Size> last)
            throws IOException {
        CameraSpec spec = CameraSpec.parse(camera);
        return new LiveRequests(spec, LiveOptions.of(spec), images, () -> last).next();
    }

    @Test
    void next_givenCredentials_putsThemIntoTheAddressSafely() throws IOException {
        Path file = Files.writeString(folder.resolve("gate"), "  mä:p@ss/w:o#rd?% \nmore\n");

        Request request = request("rtsp://old:user@host:554/a?b=c@d#credentials=" + file + "&fps=5");

        assertThat(request.address().reveal()).isEqualTo("rtsp://m%C3%A4:p%40ss%2Fw%3Ao%23rd%3F%25@host:554/a?b=c@d");
        assertThat(request.toString()).doesNotContain("p%40ss", "user@");
        assertThat(request.framesPerSecond()).isEqualTo(5);
    }

    @Test
    void next_givenCredentialsThatAreNone_namesTheFileAndNotItsContent() throws IOException {
        Path file = Files.writeString(folder.resolve("gate"), "geheim\n");
        assertThatThrownBy(() -> request("rtsp://host/#credentials=" + file))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file.toString(), "expected", "user:password")
                .hasMessageNotContaining("geheim");
        Files.write(file, new byte[] {(byte) 0xff, ':', (byte) 0xfe});
        assertThatThrownBy(() -> request("rtsp://host/#credentials=" + file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> request("rtsp://host/#credentials=" + folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void next_ofADevice_asksItForSizeRateAndFormat() throws IOException {
        Request request =
                request("v4l2:/dev/video9#capture-size=1280x720&capture-fps=29.97&pixel-format=mjpeg&size=640x360");

        assertThat(request.format()).isEqualTo("v4l2");
        assertThat(request.address()).hasToString("/dev/video9");
        assertThat(request.options())
                .isEqualTo(Map.of("video_size", "1280x720", "framerate", "29.97", "input_format", "mjpeg"));
        assertThat(request.width()).isEqualTo(640);
        assertThat(request.exact()).isTrue();
    }

    @Test
    void next_ofAStream_mayFetchNoFile() throws IOException {
        assertThat(request("rtsp://host/x#transport=udp").options())
                .containsEntry("rtsp_transport", "udp")
                .hasEntrySatisfying(
                        "protocol_whitelist",
                        list -> assertThat(list.split(","))
                                .contains("tcp", "udp", "tls", "srt")
                                .doesNotContain("file", "pipe", "concat", "data", "subfile"));
        assertThat(request("https://host/x").options()).containsOnlyKeys("protocol_whitelist");
    }

    @Test
    void next_afterFramesCame_asksForTheirSizeWithoutInsisting() throws IOException {
        Request request = request(
                "rtsp://host/x", new ImageSettings(ImageEncoding.PNG, 90), Optional.of(new LiveOptions.Size(320, 240)));

        assertThat(request.width()).isEqualTo(320);
        assertThat(request.exact()).isFalse();
        assertThat(request.jpegQuality()).isZero();
    }

    @Test
    void isVisible_onlyOfAUserInTheCommandLine() {
        Optional<String[]> line = Optional.of(new String[] {"up", "--camera", "g=rtsp://me:geheim@host/x#fps=5"});
        assertThat(LiveRequests.isVisible("rtsp://me:geheim@host/x", line)).isTrue();
        assertThat(LiveRequests.isVisible("rtsp://host/x", line)).isFalse();
        assertThat(LiveRequests.isVisible("rtsp://you:geheim@host/x", line)).isFalse();
        assertThat(LiveRequests.isVisible("rtsp://me:geheim@host/x", Optional.empty()))
                .isFalse();
    }
}
