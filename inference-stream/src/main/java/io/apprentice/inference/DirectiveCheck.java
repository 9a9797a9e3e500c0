package io.apprentice.inference;

import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.wire.DirectiveKey;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes a dead letter of each directive that no service can obey. Those that read directives pass over it, each time they
 * start; this operator's place is committed, so it is said once, however many there are.
 */
final class DirectiveCheck implements Processor<byte[], byte[], byte[], byte[]> {

    private static final String STAGE = "directives.decode";

    private final AvroCodec<Directive> codec;
    private final DeadLetters deadLetters;
    private ProcessorContext<byte[], byte[]> context;

    DirectiveCheck(AvroCodec<Directive> codec, DeadLetters deadLetters) {
        this.codec = codec;
        this.deadLetters = deadLetters;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        try {
            check(record);
        } catch (UndecodableRecordException | IllegalArgumentException e) {
            context.forward(StreamLetters.of(record, context, deadLetters, STAGE, e));
        }
    }

    private void check(Record<byte[], byte[]> record) throws UndecodableRecordException {
        if (record.key() == null) {
            throw new IllegalArgumentException("key: expected a camera, or KIND/SUBJECT, got none");
        }
        if (record.value() == null) {
            return; // holds no longer
        }
        Directive directive = codec.decode(record.value());
        DirectiveKind kind = DirectiveKey.of(record.key()).kind();
        if (kind == DirectiveKind.STRIDE && directive.getStride() < 1) {
            throw new IllegalArgumentException("stride: expected at least 1, got " + directive.getStride());
        }
        if (kind == DirectiveKind.PIN && directive.getVersion() == null) {
            throw new IllegalArgumentException("version: expected one to pin, got none");
        }
    }
}
