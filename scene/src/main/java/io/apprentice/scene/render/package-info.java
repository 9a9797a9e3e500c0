/**
 * A software renderer. Start reading at {@link io.apprentice.scene.render.Renderer}.
 */
package io.apprentice.scene.render;
