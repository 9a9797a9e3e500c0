package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.RecordedImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Result of a request for a camera's next frame. */
sealed interface Capture {

    /** When an image was captured, and by which clock. */
    record Time(Instant at, CaptureClock clock) {}

    /** Hears once what became of an image, on any thread. */
    interface Delivery {

        /** For images that nobody asks after. */
        Delivery UNHEARD = new Delivery() {
            @Override
            public void sent(long sequence) {}

            @Override
            public void notWanted(String why) {}

            @Override
            public void lost(String why) {}
        };

        /** The broker has it. */
        void sent(long sequence);

        /** More frames came than are to be kept. */
        void notWanted(String why);

        /** It could not be sent. */
        void lost(String why);
    }

    /**
     * An image, compressed.
     *
     * @param truth true poses of configured objects; empty if unknown
     * @param recorded the image's numbers in its dataset, if it comes from one
     * @param time when it was captured; empty if the source has no better clock than whoever asks for the image
     * @param delivery hears what becomes of it
     */
    record Image(
            ImageEncoding encoding,
            byte[] bytes,
            CameraIntrinsics intrinsics,
            List<TruePose> truth,
            Optional<RecordedImage> recorded,
            Optional<Time> time,
            Delivery delivery)
            implements Capture {

        /** An image of a source that has no clock. */
        Image(ImageEncoding encoding, byte[] bytes, CameraIntrinsics intrinsics, List<TruePose> truth) {
            this(encoding, bytes, intrinsics, truth, Optional.empty(), Optional.empty(), Delivery.UNHEARD);
        }

        Image with(Optional<Time> known, Delivery hears) {
            return new Image(encoding, bytes, intrinsics, truth, recorded, known, hears);
        }

        Image of(Optional<RecordedImage> numbers) {
            return new Image(encoding, bytes, intrinsics, truth, numbers, time, delivery);
        }
    }

    /** There was a frame, but it cannot be read; the next one may be readable. */
    record Unreadable(String reason) implements Capture {}

    /** There were frames, but they had to make way for newer ones. */
    record Lost(int frames, String reason) implements Capture {}

    /** No frame came for a moment; one may come yet. */
    record Nothing() implements Capture {}

    /**
     * There are no more frames.
     *
     * @param reason why; empty if the source is simply at its end
     */
    record End(String reason) implements Capture {}
}
