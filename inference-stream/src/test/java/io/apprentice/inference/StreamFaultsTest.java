package io.apprentice.inference;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StreamFaultsTest {

    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private final StreamFaults faults = new StreamFaults(termination);

    @Test
    void handle_givenPassingFault_replacesTheThread() {
        assertThat(faults.handle(new StreamsException("no answer", new TimeoutException("broker away"))))
                .isEqualTo(REPLACE_THREAD);
        assertThat(termination).isNotDone();
    }

    @Test
    void handle_givenTransactionThatTheBrokerGaveUp_replacesTheThread() {
        assertThat(faults.handle(new StreamsException("commit", new InvalidTxnStateException("given up"))))
                .isEqualTo(REPLACE_THREAD);
    }

    @Test
    void handle_givenTooManyPassingFaults_stops() {
        for (int i = 0; i < 10; i++) {
            faults.handle(new TimeoutException("broker away"));
        }

        assertThat(faults.handle(new TimeoutException("broker away"))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(termination).isCompletedExceptionally();
    }

    @Test
    void handle_givenFatalFault_stopsWithItAsTheReason() {
        AuthorizationException fault = new AuthorizationException("not yours");

        assertThat(faults.handle(fault)).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(termination.handle((done, error) -> error).join()).isSameAs(fault);
    }
}
