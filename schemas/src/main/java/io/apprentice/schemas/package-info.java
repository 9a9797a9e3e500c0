/**
 * The contracts between the services: Avro records (generated from {@code src/main/avro}) and the {@link
 * io.apprentice.schemas.Topic} catalogue. No logic, no dependency but Avro. Start with {@code Frame.avsc}.
 */
package io.apprentice.schemas;
