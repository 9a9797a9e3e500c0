package io.apprentice.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The files of the page, all read when it starts: those that are listed here and no others can be asked for. */
final class PageFiles {

    /** @param type for {@code Content-Type} */
    record PageFile(String type, byte[] bytes) {}

    /** Describes the interface. */
    static final String OPEN_API = "/api/openapi.json";

    private static final String CHART = "/META-INF/resources/webjars/uplot/1.6.30/";

    private final Map<String, PageFile> files = new TreeMap<>();

    PageFiles() {
        add("/", "page/index.html", "text/html");
        add("/icon.svg", "page/icon.svg", "image/svg+xml");
        add("/console.css", "page/console.css", "text/css");
        add(OPEN_API, "page/openapi.json", "application/json");
        for (String module :
                new String[] {"main", "api", "camera", "overlay", "pictures", "curves", "students", "journal"}) {
            add("/" + module + ".js", "page/" + module + ".js", "text/javascript");
        }
        add("/uplot/uPlot.js", CHART + "dist/uPlot.esm.js", "text/javascript");
        add("/uplot/uPlot.css", CHART + "dist/uPlot.min.css", "text/css");
        add("/uplot/LICENSE", CHART + "LICENSE", "text/plain");
    }

    private void add(String path, String resource, String type) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar of the console lacks " + resource);
            }
            files.put(path, new PageFile(type + "; charset=utf-8", in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By path. */
    Map<String, PageFile> all() {
        return files;
    }
}
