package io.apprentice.teacher;

import io.apprentice.streaming.kafka.Received;
import java.util.List;
import reactor.core.publisher.Flux;

/** Turns batches of records into labels for the frames that need one. */
interface FrameLabeller extends AutoCloseable {

    /** The labels of each batch, in order; the work is done on threads of its own. */
    Flux<Labels> label(Flux<List<Received>> batches);

    @Override
    void close();
}
