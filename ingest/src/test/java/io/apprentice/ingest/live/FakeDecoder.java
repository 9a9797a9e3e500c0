package io.apprentice.ingest.live;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Main class in the decoder's place, which answers its first request in the way that its argument names. */
final class FakeDecoder {

    private FakeDecoder() {}

    public static void main(String[] args) throws Exception {
        try (DataInputStream in = new DataInputStream(System.in);
                DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out))) {
            beat(out, 0);
            Request.read(in);
            switch (args[0]) {
                case "hang" -> {
                    frame(out);
                    Thread.sleep(Long.MAX_VALUE);
                }
                case "no-picture" -> beatForEver(out, 1);
                case "no-data" -> {
                    frame(out);
                    beatForEver(out, 0);
                }
                case "garbage" -> {
                    out.write("# A fatal error has been detected\n".getBytes(StandardCharsets.UTF_8));
                    Thread.sleep(Long.MAX_VALUE);
                }
                case "exit" -> System.exit(7);
                case "whisper" -> {
                    System.err.println("cannot open rtsp://me:geheim@host/x " + "x".repeat(10_000));
                    System.exit(7);
                }
                case "flood" -> {
                    for (int i = 0; i < 200; i++) {
                        frame(out);
                    }
                    Message.write(new Message.Over("flooded"), out);
                    Thread.sleep(Long.MAX_VALUE);
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void frame(DataOutputStream out) throws IOException {
        Message.write(new Message.Picture(LiveFrame.of(new byte[1000], 0, Long.MIN_VALUE)), out);
        out.flush();
    }

    private static void beat(DataOutputStream out, int packets) throws IOException {
        Message.write(new Message.Beat(packets, 0), out);
        out.flush();
    }

    private static void beatForEver(DataOutputStream out, int packets) throws Exception {
        while (true) {
            beat(out, packets);
            Thread.sleep(DecoderMain.BEAT_MILLIS);
        }
    }
}
