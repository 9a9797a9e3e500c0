/**
 * Reads files of the BOP benchmark (scenes, models, cameras) and of everything that follows its layout. The only place
 * that knows BOP's millimetres and row-major matrices: what leaves it is in metres and in this library's types. Start
 * reading at {@link io.apprentice.recordings.bop.BopScene}.
 *
 * @see "BOP dataset format, https://github.com/thodan/bop_toolkit/blob/master/docs/bop_datasets_format.md"
 */
package io.apprentice.recordings.bop;
