package io.apprentice.streaming.service;

/**
 * How a service is.
 *
 * @param alive false: it has failed and will not recover by itself
 * @param ready true: it does its work; false: it waits for something, named in {@code detail}
 * @param detail for a person, one line
 */
public record Health(boolean alive, boolean ready, String detail) {}
