/**
 * Settings as records: defaults in code, then a YAML file, then the environment, then the command line. Start with {@link
 * io.apprentice.streaming.settings.Settings}.
 */
package io.apprentice.streaming.settings;
