package io.decant.cli;

import io.decant.model.torch.Torch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.rocksdb.RocksDB;

/**
 * Loads all native code that services use. An image is built with it: the first run unpacks, a
 * second one, which finds no folder for temporary files, shows that nothing is left to unpack.
 * <i>Owned by the main thread.</i>
 */
final class NativesRehearsal {
    private static final int BUFFER_BYTES = 1_024;

    private NativesRehearsal() {}

    public static void main(String[] arguments) throws IOException {
        RocksDB.loadLibrary();
        for (CompressionType type :
                List.of(CompressionType.LZ4, CompressionType.SNAPPY, CompressionType.ZSTD)) {
            try (OutputStream compressed =
                    Compression.of(type)
                            .build()
                            .wrapForOutput(
                                    new ByteBufferOutputStream(BUFFER_BYTES),
                                    RecordBatch.MAGIC_VALUE_V2)) {
                compressed.write(0);
            }
        }
        System.out.println("natives are loaded: " + Torch.engineDescription());
    }
}
