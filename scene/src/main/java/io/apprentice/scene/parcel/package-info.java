/**
 * The built-in object: a cardboard box, printed differently on every side. Start reading at
 * {@link io.apprentice.scene.parcel.Parcel}.
 */
package io.apprentice.scene.parcel;
