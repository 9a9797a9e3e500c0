/** Many cameras through the services as processes, of which some are killed; start reading at {@code HundredCameras}. */
package io.apprentice.benchmarks.cameras;
