/**
 * The torture run: every service as a process of its own on a cluster of three brokers, killed, frozen and cut off at
 * random, and then a look at the topics: is anything lost, doubled or out of order? {@code torture/run} starts it, and
 * {@code TortureIT} is a short one in the build. Nothing that is shipped knows this module, and its {@link
 * io.apprentice.torture.LogReader} shares no code with the services. Start with {@link io.apprentice.torture.Torture}.
 */
package io.apprentice.torture;
