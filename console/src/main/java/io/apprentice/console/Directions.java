package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.apprentice.schemas.Directive;
import io.apprentice.wire.DirectiveKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directives that hold. Bounded; thread-safe. */
final class Directions {

    private static final int MOST = 1_000;

    private final Map<DirectiveKey, Directive> holding = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DirectiveKey, Directive> eldest) {
            return size() > MOST;
        }
    };

    /** @param directive null: it holds no longer */
    synchronized void note(DirectiveKey key, @Nullable Directive directive) {
        holding.remove(key);
        if (directive != null) {
            holding.put(key, directive);
        }
    }

    synchronized ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        holding.forEach((key, directive) -> list.addObject()
                .put("kind", key.kind().name())
                .put("subject", key.subject())
                .put("byPerson", key.byPerson())
                .put("stride", directive.getStride())
                .put("version", directive.getVersion())
                .put("by", directive.getBy())
                .put("at", directive.getAt().toEpochMilli())
                .put("reason", directive.getReason()));
        return list;
    }
}
