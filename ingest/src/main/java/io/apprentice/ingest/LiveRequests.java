package io.apprentice.ingest;

import io.apprentice.ingest.live.Address;
import io.apprentice.ingest.live.LiveFeed;
import io.apprentice.ingest.live.Request;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the decoder is to open for a camera, and with which of FFmpeg's options. */
final class LiveRequests implements LiveFeed.Requests {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRequests.class);
    /** What a stream may fetch: the network, never a file. */
    private static final String NETWORK =
            "rtsp,rtsps,rtp,srtp,rtmp,rtmps,rtmpt,rtmpe,rtmpte,ffrtmphttp,ffrtmpcrypt,http,"
                    + "https,httpproxy,hls,crypto,tcp,tls,udp,srt";

    private final CameraSpec spec;
    private final LiveOptions options;
    private final ImageSettings images;
    private final Supplier<Optional<LiveOptions.Size>> lastSize;

    /** @param lastSize size of the frames so far, which those of later connections are to have too */
    LiveRequests(
            CameraSpec spec, LiveOptions options, ImageSettings images, Supplier<Optional<LiveOptions.Size>> lastSize) {
        this.spec = spec;
        this.options = options;
        this.images = images;
        this.lastSize = lastSize;
    }

    /** Warns if everyone can read the password; to be called once. */
    void warnIfVisible() {
        if (isVisible(spec.source().reveal(), ProcessHandle.current().info().arguments())) {
            LOG.warn(
                    "camera {}: its password is in the command line, where everyone on this machine can read it;"
                            + " better: #credentials=FILE, or the address in a file for --config",
                    spec.id());
        }
    }

    /** Whether an address with a user in it stands in a command line. */
    static boolean isVisible(String address, Optional<String[]> commandLine) {
        return Address.of(address).hasUserInfo()
                && Stream.of(commandLine.orElse(new String[0])).anyMatch(argument -> argument.contains(address));
    }

    @Override
    public Request next() throws IOException {
        Optional<LiveOptions.Size> size = options.size().or(lastSize);
        return new Request(
                address(),
                spec.kind() == CameraSpec.Kind.V4L2 ? "v4l2" : "",
                ffmpeg(),
                size.map(LiveOptions.Size::width).orElse(0),
                size.map(LiveOptions.Size::height).orElse(0),
                options.size().isPresent(),
                options.framesPerSecond(),
                images.encoding() == ImageEncoding.PNG ? 0 : images.jpegQuality(),
                options.openTimeout(),
                options.silenceTimeout());
    }

    private Address address() throws IOException {
        if (options.credentials().isEmpty()) {
            return spec.source();
        }
        return withUser(spec.source().reveal(), options.credentials().get());
    }

    private static Address withUser(String url, Path file) throws IOException {
        String expected = "; expected a text file with user:password in its first line";
        if (!Files.isRegularFile(file)) {
            throw new IOException("credentials " + file + ": no such file" + expected);
        }
        String line;
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            line = lines.findFirst().orElse("").strip();
        } catch (RuntimeException e) {
            throw new IOException("credentials " + file + ": not UTF-8" + expected); // the cause may hold the line
        }
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IOException("credentials " + file + ": no colon in its first line" + expected);
        }
        return Address.of(url.replaceFirst(
                "://([^/?]*@)?",
                "://%s:%s@".formatted(encoded(line.substring(0, colon)), encoded(line.substring(colon + 1)))));
    }

    /** As a part of a URL: everything but letters and digits as %XX. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 255);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
                encoded.append(c);
            } else {
                encoded.append('%').append("%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }

    private Map<String, String> ffmpeg() {
        Map<String, String> ffmpeg = new TreeMap<>();
        if (spec.kind() == CameraSpec.Kind.V4L2) {
            options.captureSize().ifPresent(s -> ffmpeg.put("video_size", s.width() + "x" + s.height()));
            options.pixelFormat().ifPresent(f -> ffmpeg.put("input_format", f));
            if (options.captureFps() > 0) {
                ffmpeg.put("framerate", Double.toString(options.captureFps()));
            }
        } else {
            ffmpeg.put("protocol_whitelist", NETWORK);
            if (spec.source().reveal().startsWith("rtsp")) {
                ffmpeg.put("rtsp_transport", options.transport());
                ffmpeg.put("allowed_media_types", "video");
            }
        }
        return ffmpeg;
    }
}
