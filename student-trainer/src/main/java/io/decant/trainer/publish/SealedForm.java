package io.decant.trainer.publish;

import io.decant.records.FormKind;
import io.decant.records.WeightEncoding;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A version's weights in one form, as bytes. <i>Immutable.</i>
 *
 * @param encoding how the form holds weights
 * @param chunks pieces of it, in order
 */
record SealedForm(FormKind kind, WeightEncoding encoding, List<ByteBuffer> chunks) {
    SealedForm {
        chunks = List.copyOf(chunks);
    }

    static SealedForm of(FormKind kind, WeightEncoding encoding, byte[] bytes) {
        return new SealedForm(kind, encoding, Chunks.of(bytes));
    }

    long bytes() {
        return chunks.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
