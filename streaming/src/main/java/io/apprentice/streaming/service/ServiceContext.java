package io.apprentice.streaming.service;

import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Topics;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Shared parts of every service.
 *
 * @param kafka properties of the Kafka clients
 * @param topics names of the topics
 * @param codecs conversion between records and bytes
 * @param metrics registry of its metrics
 */
public record ServiceContext(KafkaSettings kafka, Topics topics, AvroCodecs codecs, MeterRegistry metrics) {}
