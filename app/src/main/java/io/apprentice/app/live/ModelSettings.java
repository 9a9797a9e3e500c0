package io.apprentice.app.live;

import io.apprentice.wire.SigningSettings;

/** What holds for students wherever they are made and used, under the key {@code models}. */
public record ModelSettings(SigningSettings signing) {

    static final ModelSettings DEFAULTS = new ModelSettings(SigningSettings.OFF);
}
