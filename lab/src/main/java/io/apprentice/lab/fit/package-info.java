/**
 * Fits a network from the command line: state that survives a kill, curves, model card. Start reading at
 * {@link io.apprentice.lab.fit.FitJob}.
 */
package io.apprentice.lab.fit;
