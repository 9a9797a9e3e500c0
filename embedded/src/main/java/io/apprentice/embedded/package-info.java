/**
 * The default infrastructure: a real Kafka broker inside this JVM and a real Apicurio registry as a child process. For
 * the all-in-one run and for tests. Uses Kafka's server and no other module; no Kafka type is visible outside.
 */
package io.apprentice.embedded;
