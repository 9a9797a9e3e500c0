/**
 * Reads files of the BOP benchmark (scenes, cameras, targets, results) and of datasets with its layout. Callers get
 * metres and this project's types instead of BOP's millimetres and row-major matrices. Start reading at
 * {@link io.apprentice.recordings.bop.BopScene}.
 *
 * @see "BOP dataset format, https://github.com/thodan/bop_toolkit/blob/master/docs/bop_datasets_format.md"
 */
package io.apprentice.recordings.bop;
