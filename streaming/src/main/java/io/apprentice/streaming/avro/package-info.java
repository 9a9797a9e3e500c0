/** Avro records as bytes, in Confluent's framing, with Apicurio's serdes and registry. */
package io.apprentice.streaming.avro;
