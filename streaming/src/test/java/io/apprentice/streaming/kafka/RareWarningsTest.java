package io.apprentice.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class RareWarningsTest {

    private final List<Object> lines = new ArrayList<>();
    private final Logger log = (Logger) Proxy.newProxyInstance(
            Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                lines.add(Arrays.asList(arguments).get(1));
                return null;
            });
    private final RareWarnings warnings = new RareWarnings(log);

    @Test
    void warn_givenMany_writesTheFirstOfEachKind() {
        for (int i = 0; i < 1_000; i++) {
            warnings.warn("one", "one " + i);
            warnings.warn("other", "other " + i);
        }
        assertThat(lines).containsExactly("one 0", "other 0");
    }

    @Test
    void warn_givenWhatSteersATerminal_writesDotsAndCutsIt() {
        warnings.warn("one", "a\u001b[2J\nb" + "x".repeat(5_000));
        assertThat(lines).singleElement().asString().startsWith("a.[2J.bxxx").hasSize(2_003);
    }
}
