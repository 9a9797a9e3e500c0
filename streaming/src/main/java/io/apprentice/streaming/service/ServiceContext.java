package io.apprentice.streaming.service;

import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Topics;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What every service is given.
 *
 * @param kafka properties of its clients
 * @param topics names of the topics
 * @param codecs its way to and from bytes
 * @param metrics where it counts
 */
public record ServiceContext(KafkaSettings kafka, Topics topics, AvroCodecs codecs, MeterRegistry metrics) {}
