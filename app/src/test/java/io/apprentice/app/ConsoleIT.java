package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The console as a person has it: {@code up} with the synthetic camera, and a real browser. */
class ConsoleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

    @TempDir
    private Path folder;

    private Process up;
    private String page;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws IOException {
        Optional<Path> chromium = installed("chromium");
        Optional<Path> driver = installed("chromedriver");
        assumeTrue(
                chromium.isPresent() && driver.isPresent(),
                "no browser: the console is not tested (Debian: apt-get install chromium chromium-driver)");
        Path models = Path.of("../models").toAbsolutePath().normalize();
        up = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1200m",
                        "-Dapprentice.home=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "up",
                        "--teacher=" + models.resolve("teacher-parcel.safetensors"),
                        "--student=" + models.resolve("student-parcel.safetensors"),
                        "--stride=5",
                        "--console-port=0",
                        "--set=student.guard.enabled=false",
                        "--set=student.publish-every=3"))
                .redirectErrorStream(true)
                .start();
        page = page(up);
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        options.setCapability("goog:loggingPrefs", logging);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,900");
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.get().toFile())
                        .build(),
                options);
        browser.get(page);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (browser != null) {
            browser.quit();
        }
        if (up != null) {
            up.destroy();
            assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Optional<Path> installed(String command) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Its address, as printed; what is printed further is thrown away. */
    private static String page(Process process) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("console ")) {
                Thread rest = new Thread(() -> lines.lines().forEach(more -> {}), "rest");
                rest.setDaemon(true);
                rest.start();
                return line.substring("console ".length()).strip();
            }
        }
        throw new AssertionError("'up' printed no address of the console:\n" + said);
    }

    /** What a person reads there; read in one step, since the page may build the element anew at any moment. */
    private String text(String css) {
        return String.valueOf(
                browser.executeScript("return document.querySelector(arguments[0])?.innerText ?? ''", css));
    }

    private void awaitText(String css, String pattern) {
        await(css + " shows " + pattern).atMost(PATIENCE).until(() -> text(css).matches("(?s).*" + pattern + ".*"));
    }

    /** The picture that is drawn on a canvas, as a short text. */
    private String drawn(String css) {
        return String.valueOf(
                browser.executeScript("return document.querySelector(arguments[0]).toDataURL().slice(-2000)", css));
    }

    private void awaitChange(String css) {
        String before = drawn(css);
        await(css + " changes")
                .atMost(PATIENCE)
                .ignoreException(JavascriptException.class) // a chart that is built anew
                .until(() -> !drawn(css).equals(before));
    }

    private void click(String css) {
        await("a click on " + css)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class) // not there yet, or just built anew
                .untilAsserted(() -> browser.findElement(By.cssSelector(css)).click());
    }

    @Test
    void page_whileTheStudentLearns_showsItAndLetsAPersonPinAVersion() throws IOException {
        awaitText(".live figcaption", "Student v\\d+, live");
        awaitChange(".live canvas");
        awaitText(".teacher figcaption", "newest label");
        awaitText("#story", "finds its object in .* agrees with its teacher");
        awaitText(".chart:nth-child(3)", "total.\\d");
        awaitChange(".chart:first-child canvas");
        awaitText("#students", "v1\\b");
        awaitText(".live figcaption", "Student v[1-9]");

        click("[data-key='pin-0']");
        browser.findElement(By.id("ask-by")).sendKeys("ada");
        click("#ask-yes");
        awaitText("#told", "version 0 is used and kept");
        awaitText(".live figcaption", "Student v0, live");
        awaitText("#controls", "Version 0 is pinned by ada");
        awaitText("#journal", "ada asked");
        awaitText("tr.used", "v0");

        runTheLinesOfTheGatewaysPage();
        assertNobodyIsLeftOut();
        assertThat(browser.executeScript("""
                return performance.getEntriesByType('resource').map(r => new URL(r.name).origin)
                    .filter(origin => origin !== location.origin)
                """)).isEqualTo(List.of());
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .filteredOn(entry -> entry.getLevel().equals(Level.SEVERE))
                .extracting(LogEntry::getMessage)
                .isEmpty();
    }

    /** What docs/gateway.md gives to a browser, in this one, and to Python; with the camera that there is. */
    private void runTheLinesOfTheGatewaysPage() throws IOException {
        browser.executeScript(
                "window.said = []; console.log = (...words) => said.push(words);" + linesOfTheGatewaysPage("js"));
        await("a pose, its position and its age").atMost(PATIENCE).until(() -> (Boolean) browser.executeScript("""
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

    /** What axe-core finds that is serious. */
    private void assertNobodyIsLeftOut() throws IOException {
        try (InputStream axe = ConsoleIT.class.getResourceAsStream(AXE)) {
            browser.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = browser.executeAsyncScript("""
                const done = arguments[0];
                axe.run().then(result => done(result.violations
                    .filter(v => ['serious', 'critical'].includes(v.impact))
                    .map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; '))))
                """);
        assertThat(found).isEqualTo(List.of());
        Map<?, ?> counts =
                (Map<?, ?>) browser.executeAsyncScript("axe.run().then(r => arguments[0]({passes: r.passes.length}))");
        assertThat((Long) counts.get("passes"))
                .as("rules that looked at something")
                .isGreaterThan(15);
    }
}
