/** Settings as records: defaults in code, then a YAML file, then the environment, then the command line. */
package io.apprentice.streaming.settings;
