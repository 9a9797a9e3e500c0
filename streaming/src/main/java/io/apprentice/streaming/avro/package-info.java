/** Avro records on the wire, in Confluent's framing, through Apicurio's serdes and registry. */
package io.apprentice.streaming.avro;
