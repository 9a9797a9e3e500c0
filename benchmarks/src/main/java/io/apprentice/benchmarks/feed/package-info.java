/** How fast frames reach the teacher's network and labels leave it: {@code benchmarks/run TeacherFeed}. */
package io.apprentice.benchmarks.feed;
