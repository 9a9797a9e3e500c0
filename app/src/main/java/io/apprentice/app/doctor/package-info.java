/**
 * What {@code apprentice doctor} looks at, and how it says what it found. A new check is a method that returns a {@link
 * io.apprentice.app.doctor.Finding}.
 */
package io.apprentice.app.doctor;
