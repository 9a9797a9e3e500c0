/**
 * The default infrastructure: a real Kafka broker inside this JVM and a real Apicurio registry as a child process. For the
 * all-in-one run and for tests. Knows Kafka's server and nothing of ours; no Kafka type leaks out.
 */
package io.apprentice.embedded;
