package io.apprentice.inference;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import java.util.List;

/** A student version, ready to estimate poses. */
record Student(String id, long version, PoseEstimator estimator) implements AutoCloseable {

    /** One answer per query, in order, confirmed; one caller at a time, the others wait. */
    synchronized List<Estimate> estimate(List<Query> queries) {
        return estimator.estimateConfirmed(queries);
    }

    @Override
    public synchronized void close() {
        estimator.close();
    }
}
