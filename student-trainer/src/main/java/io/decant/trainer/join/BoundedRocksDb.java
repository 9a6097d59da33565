package io.decant.trainer.join;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the native memory of one partition's store: blocks, indexes, filters and write buffers
 * share one cache. Kafka Streams makes one object for each store, by name. <i>Owned by the store's
 * thread.</i>
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** Property with the memory of one store, in bytes. */
    static final String MEMORY_BYTES = "decant.join.store.memory.bytes";

    private static final double BLOOM_BITS_PER_KEY = 10;

    private Cache cache;
    private WriteBufferManager writeBuffers;
    private BloomFilter filter;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> properties) {
        long bytes = Long.parseLong(properties.get(MEMORY_BYTES).toString());
        cache = new LRUCache(bytes);
        writeBuffers = new WriteBufferManager(bytes / 2, cache);
        filter = new BloomFilter(BLOOM_BITS_PER_KEY);
        // Kafka Streams measures the table format that it made itself.
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache);
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        table.setFilterPolicy(filter);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(writeBuffers);
        options.setWriteBufferSize(bytes / 4);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        filter.close();
        writeBuffers.close();
        cache.close();
    }
}
