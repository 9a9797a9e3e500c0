package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A page in Chromium, without a window: what a person reads there, sees there and does there. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

    private final ChromeDriver driver;

    /** Skips the test where Chromium is not installed. */
    Browser() {
        Optional<Path> chromium = installed("chromium");
        Optional<Path> chromedriver = installed("chromedriver");
        assumeTrue(
                chromium.isPresent() && chromedriver.isPresent(),
                "no browser: the console is not tested (Debian: apt-get install chromium chromium-driver)");
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        options.setCapability("goog:loggingPrefs", logging);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,900");
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromedriver.get().toFile())
                        .build(),
                options);
    }

    private static Optional<Path> installed(String command) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(String page) {
        driver.get(page);
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What a person reads there; read in one step, since the page may build the element anew at any moment. */
    String text(String css) {
        return String.valueOf(run("""
                const element = document.querySelector(arguments[0]);
                return element && !element.hidden ? element.innerText : '';
                """, css));
    }

    void awaitText(String css, String pattern) {
        await(css + " shows " + pattern).atMost(PATIENCE).until(() -> text(css).matches("(?s).*" + pattern + ".*"));
    }

    /** The picture that is drawn on a canvas, as a short text. */
    private String drawn(String css) {
        return String.valueOf(run("return document.querySelector(arguments[0]).toDataURL().slice(-2000)", css));
    }

    void awaitChange(String css) {
        String before = drawn(css);
        await(css + " changes")
                .atMost(PATIENCE)
                .ignoreException(JavascriptException.class) // a chart that is built anew
                .until(() -> !drawn(css).equals(before));
    }

    void click(String css) {
        await("a click on " + css)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class) // not there yet, or just built anew
                .untilAsserted(() -> driver.findElement(By.cssSelector(css)).click());
    }

    void type(String css, String text) {
        driver.findElement(By.cssSelector(css)).sendKeys(text);
    }

    /** What the browser itself reports as an error. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().equals(Level.SEVERE))
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Fails if axe-core finds something serious. */
    void assertNobodyIsLeftOut() throws IOException {
        try (InputStream axe = Browser.class.getResourceAsStream(AXE)) {
            run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = driver.executeAsyncScript("""
                const done = arguments[0];
                axe.run().then(result => done(result.violations
                    .filter(v => ['serious', 'critical'].includes(v.impact))
                    .map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; '))))
                """);
        assertThat(found).isEqualTo(List.of());
        Map<?, ?> counts =
                (Map<?, ?>) driver.executeAsyncScript("axe.run().then(r => arguments[0]({passes: r.passes.length}))");
        assertThat((Long) counts.get("passes"))
                .as("rules that looked at something")
                .isGreaterThan(15);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
