/**
 * The run of everything in one process: servers, services, and the view of what they do. Start reading at
 * {@link io.apprentice.app.live.AllInOne}.
 */
package io.apprentice.app.live;
