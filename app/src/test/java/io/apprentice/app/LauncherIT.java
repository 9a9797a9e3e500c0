package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as people call it. Names beyond ASCII are written as bytes: the locale of the tests may not know them. */
class LauncherIT {
    private static final String[] BUILT = {"app/target/apprentice.jar", "app/target/lib", "embedded/target/registry"};

    @TempDir
    private Path folder;

    private Path home;

    /** A project in a folder with a space, of links to what was built, and a link to its launcher. */
    @BeforeEach
    void install() throws IOException {
        Path project = Path.of("").toAbsolutePath().getParent();
        home = folder.resolve("my projects/apprentice");
        Path target = Files.createDirectories(home.resolve("app/target"));
        Files.createDirectories(home.resolve("app/src/main"));
        Files.createDirectories(home.resolve("embedded/target"));
        Files.copy(project.resolve("apprentice"), home.resolve("apprentice"));
        for (String built : BUILT) {
            Files.createSymbolicLink(home.resolve(built), project.resolve(built));
        }
        Files.createFile(home.resolve("pom.xml"));
        Files.createFile(home.resolve("app/pom.xml"));
        Files.createFile(target.resolve("built"));
        Files.createSymbolicLink(folder.resolve("apprentice"), home.resolve("apprentice"));
    }

    /** JUnit warns of links that lead out of its folder. */
    @AfterEach
    void unlink() throws IOException {
        for (String built : BUILT) {
            Files.delete(home.resolve(built));
        }
    }

    private Process bash(String command) throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("some where/else"));
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", command).directory(elsewhere.toFile());
        bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return bash.redirectErrorStream(true).start();
    }

    private String output(String command) throws IOException {
        return new String(bash(command).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void launcher_calledThroughALinkFromAnotherFolder_startsBrokerAndRegistry() throws Exception {
        Process broker = bash("exec ../../apprentice broker --set embedded.broker-port=0");
        StringBuilder said = new StringBuilder();
        Set<String> missing = new TreeSet<>(Set.of("broker    127.0.0.1:", "registry  http://127.0.0.1:"));
        try (BufferedReader lines = broker.inputReader(StandardCharsets.UTF_8)) {
            for (String line = ""; line != null && !missing.isEmpty(); line = lines.readLine()) {
                said.append(line).append('\n');
                missing.removeIf(line::contains);
            }
            assertThat(missing).as(said.toString()).isEmpty();
        } finally {
            broker.destroy();
            assertThat(broker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void launcher_givenAsciiLocale_readsNamesBeyondAscii() throws IOException {
        String text = output("""
                export LC_ALL=C
                mkdir $'uni \\303\\274 dir'
                printf 'v 0 0 0\\nv 80 0 0\\nv 0 120 200\\nf 1 2 3\\n' > $'uni \\303\\274 dir/\\345\\206\\231.obj'
                ../../apprentice object $'uni \\303\\274 dir/\\345\\206\\231.obj'
                ../../apprentice object $'uni \\303\\274 dir/no.obj'
                """);

        assertThat(text)
                .contains("uni \u00fc dir/\u5199.obj", "80.0 x 120.0 x 200.0 mm")
                .contains("uni \u00fc dir/no.obj: no such file");
    }

    /** The commands of docs/own-teacher.md. */
    @Test
    void launcher_givenAJarWithATeacher_findsIt() throws IOException {
        Path examples = Path.of("").toAbsolutePath().resolveSibling("examples");
        String text = output("""
                home=../../my*projects/apprentice
                $JAVA_HOME/bin/javac -cp "$(echo $home)/app/target/apprentice.jar:$(echo $home)/app/target/lib/*" -d mine '%s/OwnTeacher.java'
                mkdir -p mine/META-INF/services && echo OwnTeacher > mine/META-INF/services/io.apprentice.pose.teacher.PoseTeacher
                $JAVA_HOME/bin/jar --create --file mine.jar -C mine .
                APPRENTICE_CLASSPATH=mine.jar ../../apprentice up --teacher java:moving
                """.formatted(examples));

        assertThat(text).contains("--teacher java:moving: expected one of [still]");
    }

    @Test
    void launcher_givenFewFileDescriptors_saysHowManyAreNeeded() throws IOException {
        assertThat(output("ulimit -n 64; ../../apprentice status"))
                .isEqualTo("apprentice: the limit of open files is 64, expected at least 256: raise the hard limit"
                        + " (limits.conf: nofile, systemd: LimitNOFILE=, docker: --ulimit nofile=4096)\n");
        assertThat(output("ulimit -n 512; ../../apprentice up")).contains("is 512, expected at least 1024");
    }

    @Test
    void launcher_givenOldJava_saysWhichAndBuildsNothing() throws IOException {
        assertThat(output("""
                        mkdir -p old/bin; printf '#!/bin/sh\\necho %s >&2\\n' "'java version \\"1.8.0_292\\"'" > old/bin/java
                        chmod +x old/bin/java; export JAVA_HOME="$PWD/old"; ../../apprentice status
                        """)).endsWith("/old/bin/java' is Java 8: 17 or newer is needed\n");
    }
}
