package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class TrainableWdrNetTest {

    private static final int SIZE = 64;
    private static final int BATCH = 2;
    private static final WdrNetArchitecture ARCHITECTURE = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32);

    /** Of the sum of squares of the outputs. */
    private static float[] gradient(long seed) {
        NetworkWeights weights = NetworkWeights.initial(ARCHITECTURE, seed, Map.of());
        byte[] rgb = new byte[BATCH * SIZE * SIZE * 3];
        new SplittableRandom(seed).nextBytes(rgb);
        try (TrainableWdrNet network = new TrainableWdrNet(ARCHITECTURE, Precision.FLOAT32)) {
            return network.gradient(
                    weights.parameters(), weights.buffers().clone(), rgb, BATCH, SIZE, outputs -> outputs);
        }
    }

    /** As a student and a teacher that learns in one process: the engine would refuse the second. */
    @Test
    void gradient_ofTwoNetworksAtOnce_isThatOfEachAlone() throws Exception {
        TorchRuntime.useThreads(1);
        List<float[]> alone = List.of(gradient(1), gradient(2));
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<float[]>> together = new ArrayList<>();
            for (long seed = 1; seed <= 2; seed++) {
                long own = seed;
                together.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                start.await();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                            return gradient(own);
                        },
                        work -> new Thread(work).start()));
            }
            assertThat(together.get(0).get()).isEqualTo(alone.get(0));
            assertThat(together.get(1).get()).isEqualTo(alone.get(1));
        }
    }
}
