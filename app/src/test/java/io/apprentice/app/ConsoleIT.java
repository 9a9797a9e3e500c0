package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as a person has it: {@code up} with the synthetic camera, and a real browser. */
class ConsoleIT {
    @TempDir
    private Path folder;

    private final List<Process> running = new ArrayList<>();
    private Browser browser;
    private String page;

    @BeforeEach
    void openBrowser() {
        browser = new Browser();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (browser != null) {
            browser.close();
        }
        Collections.reverse(running);
        for (Process process : running) {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process launch(Path home, String... command) throws IOException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1200m",
                "-Dapprentice.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        Process process = new ProcessBuilder(
                        Stream.concat(java.stream(), Stream.of(command)).toList())
                .redirectErrorStream(true)
                .start();
        running.add(process);
        return process;
    }

    /** Waits for a line, and returns what comes after its beginning; what is printed further is thrown away. */
    private static String said(Process process, String beginning) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith(beginning)) {
                Thread rest = new Thread(() -> discard(lines), "rest");
                rest.setDaemon(true);
                rest.start();
                return line.substring(beginning.length()).strip();
            }
        }
        throw new AssertionError("no line begins with '%s':%n%s".formatted(beginning, said));
    }

    private static void discard(BufferedReader lines) {
        try {
            lines.transferTo(Writer.nullWriter());
        } catch (IOException killed) {
            // nothing more comes
        }
    }

    private void openPage(String... settings) throws IOException {
        Path models = Path.of("../models").toAbsolutePath().normalize();
        Stream<String> options = Stream.of(
                "up",
                "--teacher=" + models.resolve("teacher-parcel.safetensors"),
                "--student=" + models.resolve("student-parcel.safetensors"),
                "--stride=5",
                "--console-port=0",
                "--set=student.guard.enabled=false",
                "--set=student.publish-every=3");
        Process up = launch(
                folder.resolve("up"),
                Stream.concat(options, Stream.of(settings)).toArray(String[]::new));
        page = said(up, "console ");
        browser.open(page);
    }

    @Test
    void page_whileTheStudentLearns_showsItAndLetsAPersonPinAVersion() throws IOException {
        openPage();
        browser.awaitText(".live figcaption", "Student v\\d+, live");
        browser.awaitChange(".live canvas");
        browser.awaitText(".teacher figcaption", "newest label");
        browser.awaitText("#story", "finds its object in .* agrees with its teacher");
        browser.awaitText(".chart:nth-child(3)", "total.\\d");
        browser.awaitChange(".chart:first-child canvas");
        browser.awaitText("#students", "v1\\b");
        browser.awaitText(".live figcaption", "Student v[1-9]");

        browser.click("[data-key='pin-0']");
        browser.type("#ask-by", "ada");
        browser.click("#ask-yes");
        browser.awaitText("#told", "version 0 is used and kept");
        browser.awaitText(".live figcaption", "Student v0, live");
        browser.awaitText("#controls", "Version 0 is pinned by ada");
        browser.awaitText("#journal", "ada asked");
        browser.awaitText("tr.used", "v0");

        assertThat(listeners(running.get(0)))
                .hasSizeGreaterThan(3)
                .allSatisfy(address -> assertThat(address).matches("(0{16}FFFF0000)?0100007F:.*"));
        runTheLinesOfTheGatewaysPage();
        browser.assertNobodyIsLeftOut();
        assertThat(browser.run("""
                return performance.getEntriesByType('resource').map(r => new URL(r.name).origin)
                    .filter(origin => origin !== location.origin)
                """)).isEqualTo(List.of());
        assertThat(browser.errors()).isEmpty();
    }

    /** Addresses at which a process and its children listen, as the kernel writes them. */
    private static Set<String> listeners(Process process) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (ProcessHandle each : Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList()) {
            try (Stream<Path> files = Files.list(Path.of("/proc/" + each.pid(), "fd"))) {
                for (Path file : files.toList()) {
                    sockets.add(target(file));
                }
            }
        }
        Set<String> addresses = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] words = line.strip().split(" +", -1);
                if (words[3].equals("0A") && sockets.contains("socket:[" + words[9] + "]")) {
                    addresses.add(words[1]);
                }
            }
        }
        return addresses;
    }

    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    @Test
    void page_whenTheBrokerIsKilledAndComesBack_saysSoAndGoesOnWithoutAReload() throws Exception {
        int port = freePort();
        int registry = freePort();
        Process broker = broker(port, registry);
        openPage("--set=kafka.bootstrap.servers=127.0.0.1:" + port, "--set=registry.url=http://127.0.0.1:" + registry);
        browser.awaitText(".teacher figcaption", "newest label");
        browser.awaitText("#students", "v1\\b");
        browser.run("window.sameAsBefore = true");
        List<String> before = curves();
        long picture = picture();

        broker.destroyForcibly().waitFor();
        browser.awaitText("#away", "Kafka does not answer \\(\\d+.s\\)");
        assertThat(browser.text("#link")).isEqualTo("waiting for Kafka");
        assertThat(browser.text("#students")).as("what was last known").contains("v1");
        long killedAt = picture();

        broker(port, registry);
        await("no more word of Kafka")
                .atMost(Duration.ofSeconds(30))
                .until(() -> browser.text("#away").isEmpty());
        await("pictures with poses come again").atMost(Duration.ofSeconds(60)).until(() -> picture() > killedAt);
        long labelled = labelled();
        await("labels come again").atMost(Duration.ofSeconds(60)).until(() -> labelled() > labelled);
        assertThat(picture).isPositive().isLessThan(picture());
        assertThat(browser.run("return window.sameAsBefore")).isEqualTo(true);
        assertThat(curves()).hasSizeGreaterThan(before.size()).startsWith(before.get(0), before.get(1));
    }

    /** What docs/gateway.md gives to a browser, in this one, and to Python; with the camera that there is. */
    private void runTheLinesOfTheGatewaysPage() throws IOException {
        browser.run("window.said = []; console.log = (...words) => said.push(words);" + linesOfTheGatewaysPage("js"));
        await("a pose, its position and its age").atMost(Duration.ofSeconds(60)).until(() ->
                (Boolean) browser.run("""
                return said.some(([object, position, age]) =>
                    object === 'parcel' && Number.isFinite(position.x) && Number.isFinite(age))
                """));
        Process python = new ProcessBuilder("/usr/bin/python3", "-u", "-c", linesOfTheGatewaysPage("python"))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = python.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).matches("parcel (ESTIMATED|LOST|SKIPPED) .* \\d+(\\.\\d+)? ms");
        } finally {
            python.destroyForcibly();
        }
    }

    private String linesOfTheGatewaysPage(String language) throws IOException {
        Matcher lines = Pattern.compile("(?s)```%s\n(.*?)```".formatted(language))
                .matcher(Files.readString(Path.of("../docs/gateway.md")));
        assertThat(lines.find()).isTrue();
        return lines.group(1)
                .replace("camera=left", "camera=synthetic")
                .replace("http://127.0.0.1:8090", page.replaceFirst("/$", ""));
    }

    /** A broker and its registry, with topics that stay. */
    private Process broker(int port, int registryPort) throws IOException {
        Process broker = launch(
                folder.resolve("broker"),
                "broker",
                "--data=" + folder.resolve("topics"),
                "--set=embedded.broker-port=" + port,
                "--set=embedded.registry-port=" + registryPort);
        said(broker, "running until");
        return broker;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The number of the newest picture that the student has answered. */
    private long picture() {
        return number(".live figcaption", "Student v");
    }

    private long labelled() {
        return number(".teacher figcaption", "newest label");
    }

    private long number(String css, String expected) {
        String text = browser.text(css);
        return text.contains(expected) ? Long.parseLong(text.replaceAll("(?s).*picture (\\d+).*", "$1")) : -1;
    }

    /** The times of the rows of the curves, as the page itself saves them. */
    private List<String> curves() {
        browser.run("""
                window.saved = null;
                URL.createObjectURL = blob => { blob.text().then(text => window.saved = text); return 'data:,'; };
                document.getElementById('csv').click();
                """);
        await().until(() -> browser.run("return window.saved") != null);
        return String.valueOf(browser.run("return window.saved"))
                .lines()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
    }
}
