package io.apprentice.ingest.live;

import java.util.regex.Pattern;

/**
 * Where a camera is: a URL, a device, a file or a folder. Its text, for logs, settings and messages, shows neither the user
 * and password of a URL nor values of its query that sound secret; {@link #reveal()} does.
 */
public final class Address {

    private static final String MASK = "******";
    /** To the last at sign, since a password may hold one by mistake. */
    private static final Pattern USER_INFO = Pattern.compile("://.+@");
    /** In a query or, as some cameras have it, in a path; up to where the next part can begin. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)([a-z_-]*(?:pass|pwd|token|secret|key|auth|sig|credential|streamid)[a-z_-]*=)[^&/?#\\s]+");

    private final String secret;

    private Address(String secret) {
        this.secret = secret;
    }

    /** An address; nothing is checked. */
    public static Address of(String text) {
        return new Address(text);
    }

    /** The address itself. It goes to whoever opens the camera, and nowhere else. */
    public String reveal() {
        return secret;
    }

    /** Whether it is a URL with a user or password in it. */
    public boolean hasUserInfo() {
        return USER_INFO.matcher(secret).find();
    }

    /** A text, of which an address may be a part, without what {@link Address} hides. */
    public static String masked(String text) {
        return text.contains("://")
                ? SECRET.matcher(USER_INFO.matcher(text).replaceAll("://" + MASK + "@"))
                        .replaceAll("$1" + MASK)
                : text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && address.secret.equals(secret);
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    /** The address without its secrets. */
    @Override
    public String toString() {
        return masked(secret);
    }
}
