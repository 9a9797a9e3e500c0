package io.apprentice.streaming.kafka;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** How far clients are behind, as they know themselves. */
public final class ConsumerLag {

    private ConsumerLag() {}

    /**
     * How many records of a topic are still to be fetched, summed over the partitions; 0 before the first fetch.
     *
     * @param metrics of one or several clients
     */
    public static double of(Map<MetricName, ? extends Metric> metrics, String topic) {
        return metrics.entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("records-lag"))
                .filter(metric -> isSame(topic, metric.getKey().tags().get("topic")))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .filter(Double::isFinite)
                .sum();
    }

    /** Some of Kafka's metrics write the dots of a topic as underscores. */
    private static boolean isSame(String topic, String tag) {
        return tag != null && tag.replace('.', '_').equals(topic.replace('.', '_'));
    }
}
