package io.apprentice.console.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What stands behind the question mark. */
public final class Query {

    private final Map<String, List<String>> parameters;

    /** The parameters of a request. */
    public Query(String uri) {
        parameters = new QueryStringDecoder(uri).parameters();
    }

    /** All values of a parameter. */
    public List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /**
     * The value of a parameter.
     *
     * @throws Refusal if it is given twice
     */
    public Optional<String> one(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw bad("%s: expected one value, got %s".formatted(name, values));
        }
        return values.stream().findFirst();
    }

    /**
     * A count; 0 without.
     *
     * @throws Refusal if it is no count
     */
    public long number(String name) {
        String value = one(name).orElse("0");
        if (!value.matches("\\d{1,18}")) {
            throw bad("%s: expected a count of 0 or more, got '%s'".formatted(name, value));
        }
        return Long.parseLong(value);
    }

    /**
     * Lets these parameters pass.
     *
     * @throws Refusal if there is any other
     */
    public void allow(Set<String> names) {
        for (String name : parameters.keySet()) {
            if (!names.contains(name)) {
                throw bad("%s: no such parameter; expected one of %s".formatted(name, names));
            }
        }
    }

    private static Refusal bad(String detail) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
    }
}
