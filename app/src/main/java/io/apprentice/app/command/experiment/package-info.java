/**
 * {@code apprentice experiment}: a command per experiment on one base class.
 */
package io.apprentice.app.command.experiment;
