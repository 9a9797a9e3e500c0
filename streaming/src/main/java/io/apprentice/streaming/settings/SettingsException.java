package io.apprentice.streaming.settings;

/** Thrown if a setting is unknown or has a bad value; the message names the key, the value and what was expected. */
public final class SettingsException extends RuntimeException {
    SettingsException(String message) {
        super(message);
    }

    SettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
