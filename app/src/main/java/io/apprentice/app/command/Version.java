package io.apprentice.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What Maven wrote into the jar. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/apprentice-version.properties")) {
            properties.load(in);
        }
        return new String[] {"apprentice " + properties.getProperty("version")};
    }
}
