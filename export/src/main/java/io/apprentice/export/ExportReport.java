package io.apprentice.export;

import java.time.Instant;
import java.util.List;

/**
 * What was written, and what was not.
 *
 * @param images frames written
 * @param poses poses written
 * @param lost answers without a pose, left out: the object was not found
 * @param skipped answers without a pose, left out: the object was not searched for
 * @param labels labels written
 * @param unreadable records left out because they cannot be read
 * @param first when the first record written was made: a frame or pose by its frame's arrival
 * @param last the same of the last
 * @param notes what a reader of the file must know
 */
public record ExportReport(
        long images,
        long poses,
        long lost,
        long skipped,
        long labels,
        long unreadable,
        Instant first,
        Instant last,
        List<String> notes) {}
