package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.decant.model.spec.DType;

/** Names and JSON of the Open Inference Protocol v2 as this gateway speaks it. <i>Immutable.</i> */
final class Protocol {
    static final String INPUT = "input";
    static final String LOGITS = "logits";
    static final String CLASS = "class";

    /** Header with the length of the JSON that raw tensors follow. */
    static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    /** Parameter of a tensor whose raw bytes follow the JSON: how many they are. */
    static final String BINARY_SIZE = "binary_data_size";

    /** Parameter of an output that shall be raw bytes. */
    static final String BINARY = "binary_data";

    /** Parameter of a request whose outputs shall be raw bytes when they do not say otherwise. */
    static final String BINARY_OUTPUTS = "binary_data_output";

    /** Not-a-number is read, so that it can be refused by name; many clients write it. */
    static final JsonFactory JSON =
            new JsonFactoryBuilder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build();

    private Protocol() {}

    /** The protocol's name of an element type. */
    static String datatype(DType dtype) {
        return switch (dtype) {
            case U8 -> "UINT8";
            case I8 -> "INT8";
            case F32 -> "FP32";
            case F16 -> "FP16";
            case I64 -> "INT64";
        };
    }
}
