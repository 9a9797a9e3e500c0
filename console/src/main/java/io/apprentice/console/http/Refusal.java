package io.apprentice.console.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is not granted; its answer is a problem document (RFC 9457). */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    /** @param detail what is wrong and what was expected, for the person who asked */
    public Refusal(HttpResponseStatus status, String detail) {
        super(detail, null, false, false);
        this.status = status.code();
    }

    /** The status of the answer. */
    public HttpResponseStatus status() {
        return HttpResponseStatus.valueOf(status);
    }

    /** The problem document. */
    public String json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("title", status().reasonPhrase())
                .put("status", status)
                .put("detail", getMessage())
                .toString();
    }
}
