package io.decant.bench.serializer;

import org.apache.avro.specific.SpecificRecord;

/** One way from a record to bytes and back. <i>Owned by one thread.</i> */
interface Coder extends AutoCloseable {
    byte[] write(SpecificRecord record);

    SpecificRecord read(byte[] bytes);

    @Override
    void close();
}
