package io.decant.pipeline.source;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.decant.records.DeadLetterReason;
import io.decant.serde.BadRecordException;
import java.io.IOException;
import java.util.Map;

/**
 * Parses JSON documents. The parser's own limits bound their depth and the length of numbers and
 * texts. <i>Thread-safe.</i>
 */
public final class JsonTrees implements TreeReader {
    private static final ObjectReader READER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readerFor(Object.class);

    @Override
    public Object read(byte[] value) {
        Object tree;
        try {
            tree = READER.readValue(value);
        } catch (JacksonException broken) {
            throw undecodable("the value is not JSON: " + broken.getOriginalMessage(), broken);
        } catch (IOException impossible) {
            throw undecodable("the value is not JSON: " + impossible.getMessage(), impossible);
        }
        if (!(tree instanceof Map)) {
            throw undecodable(
                    "the value is JSON, but "
                            + (tree == null ? "null" : SourceFields.shown(tree))
                            + "; expected an object with fields",
                    null);
        }
        return tree;
    }

    private static BadRecordException undecodable(String detail, Throwable cause) {
        return new BadRecordException(DeadLetterReason.UNDECODABLE, detail, cause);
    }
}
