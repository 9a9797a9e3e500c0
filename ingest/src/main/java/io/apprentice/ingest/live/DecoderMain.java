package io.apprentice.ingest.live;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Main class of the decoder, a child process: reads requests from standard input, one after the other, and writes messages
 * to standard output. It exits when standard input ends, so it never outlives its parent, and it may be killed at any time.
 */
final class DecoderMain implements LiveStream.Output {

    static final long BEAT_MILLIS = 250;
    private static final long FAREWELL_MILLIS = 1000;

    private final DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final AtomicInteger packets = new AtomicInteger();
    private final AtomicInteger pictures = new AtomicInteger();
    private volatile boolean connected;
    private volatile boolean stopped;

    private DecoderMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) {
        System.setOut(System.err); // standard output is for messages
        DecoderMain decoder = new DecoderMain();
        daemon(decoder::listen, "requests");
        daemon(decoder::beat, "beat");
        daemon(DecoderMain::warmUp, "warm-up"); // while it waits, or the camera is called
        try {
            decoder.work();
        } catch (IOException e) {
            System.err.println("the parent does not listen: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void warmUp() {
        LiveStream.warmUp();
        Pictures.warmUp();
    }

    private void work() throws IOException, InterruptedException {
        av_log_set_level(AV_LOG_FATAL); // FFmpeg would print the address, and a line per broken picture
        while (!stopped) {
            Request request = requests.take();
            connected = true;
            String reason;
            try (LiveStream stream = new LiveStream(request, this)) {
                reason = stream.run(() -> stopped);
            }
            connected = false;
            say(new Message.Over(reason));
        }
    }

    /** Ends everything when the parent hangs up: with a farewell to the camera if that is quick. */
    private void listen() {
        try (DataInputStream in = new DataInputStream(System.in)) {
            while (true) {
                requests.add(Request.read(in));
            }
        } catch (IOException parentGone) {
            stopped = true;
        }
        if (connected) {
            pause(FAREWELL_MILLIS);
        }
        Runtime.getRuntime().halt(0);
    }

    private void beat() {
        try {
            while (true) {
                say(new Message.Beat(packets.getAndSet(0), pictures.getAndSet(0)));
                pause(BEAT_MILLIS);
            }
        } catch (IOException parentGone) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void say(Message message) throws IOException {
        Message.write(message, out);
        out.flush();
    }

    @Override
    public void packet() {
        packets.incrementAndGet();
    }

    @Override
    public void picture() {
        pictures.incrementAndGet();
    }

    @Override
    public void broken() throws IOException {
        say(new Message.Broken());
    }

    @Override
    public void frame(LiveFrame frame) throws IOException {
        say(new Message.Picture(frame));
    }
}
