package io.apprentice.app.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.StreamSupport;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is shipped: the build's list of libraries (CycloneDX), and their licences. */
class LibrariesIT {

    private static final Path SBOM = Path.of("target/sbom.json");
    private static final Path PAGE = Path.of("../docs/licences.md");
    private static final Path MADE = Path.of("target/licences.md");

    /** Licences under which a library may be shipped beside code under Apache-2.0, unchanged and as a jar of its own. */
    private static final Set<String> FREE = Set.of(
            "Apache-2.0",
            "MIT",
            "MIT-0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "CC0-1.0",
            "EPL-1.0",
            "EPL-2.0",
            "Go License", // BSD-3-Clause
            "LGPL-2.1-or-later");

    private static List<JsonNode> libraries;

    @BeforeAll
    static void read() throws IOException {
        assumeTrue(Files.exists(SBOM), "Maven makes the list of libraries only where it is online");
        JsonNode components = new ObjectMapper().readTree(SBOM.toFile()).get("components");
        libraries = StreamSupport.stream(components.spliterator(), false)
                .filter(c -> !c.get("group").asText().equals("io.apprentice"))
                .toList();
    }

    @Test
    void sbom_namesEveryJarOfTheClassPath() throws IOException {
        Set<String> known = new TreeSet<>();
        for (JsonNode library : libraries) {
            known.add(
                    library.get("name").asText() + "-" + library.get("version").asText());
        }
        List<String> missing = new ArrayList<>();
        for (String jar : classPath()) {
            String name = jar.replaceFirst("^lib/", "").replaceFirst("\\.jar$", "");
            if (!name.endsWith("-0.1.0-SNAPSHOT") && known.stream().noneMatch(name::startsWith)) {
                missing.add(jar);
            }
        }
        assertThat(missing).isEmpty();
        assertThat(libraries)
                .allSatisfy(library -> assertThat(library.at("/hashes")).isNotEmpty());
    }

    private static List<String> classPath() throws IOException {
        try (JarFile jar = new JarFile("target/apprentice.jar")) {
            return Arrays.asList(jar.getManifest()
                    .getMainAttributes()
                    .getValue(Attributes.Name.CLASS_PATH)
                    .split(" "));
        }
    }

    @Test
    void licences_areFreeAndListed() throws IOException {
        Set<String> lines = new TreeSet<>();
        for (JsonNode library : libraries) {
            List<String> licences = licences(library);
            assertThat(licences).as(library.get("purl").asText()).containsAnyElementsOf(FREE);
            lines.add("| %s | %s | %s |%n"
                    .formatted(
                            library.get("name").asText(),
                            library.get("group").asText(),
                            String.join(" or ", licences)));
        }
        String page = Files.readString(PAGE);
        int table = page.indexOf("|---|---|---|\n") + "|---|---|---|\n".length();
        String made = page.substring(0, table) + String.join("", lines);
        Files.writeString(MADE, made);
        assertThat(page)
                .as("docs/licences.md; the build has made app/%s, copy it there", MADE)
                .isEqualTo(made);
    }

    @Test
    void ffmpeg_isTheBuildWithoutGpl() {
        assertThat(avutil.avutil_license().getString()).startsWith("LGPL version 3");
    }

    private static List<String> licences(JsonNode library) {
        List<String> licences = new ArrayList<>();
        for (JsonNode licence : library.at("/licenses")) {
            JsonNode id = licence.at("/license/id");
            licences.add(
                    id.isMissingNode()
                            ? licence.at("/license/name")
                                    .asText(licence.at("/expression").asText())
                            : id.asText());
        }
        return licences;
    }
}
