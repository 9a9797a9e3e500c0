package io.apprentice.streaming.service;

/**
 * State of a service.
 *
 * @param alive false if it has failed and will not recover by itself
 * @param ready true if it does its work; false if it waits for what {@code detail} names
 * @param detail one line for a person
 */
public record Health(boolean alive, boolean ready, String detail) {}
