package io.decant.model.torch;

import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A student's own file with other weights in it: the same class, the same names. Which bytes of the
 * file a weight lies in is found out by trying: every word of every storage gets a number, libtorch
 * loads the module, and the weights that it then has are the numbers of their words. So views,
 * strides and tensors that share a storage need no special care. <i>Thread-safe: pure.</i>
 */
final class ScriptCopy {
    /** Where an archive keeps tensors, one storage an entry. */
    private static final String STORAGES = "data/";

    private final ScriptStudent student;

    /** Storages by the number of their first word; numbers begin with 1. */
    private final NavigableMap<Integer, Storage> storages = new TreeMap<>();

    private record Storage(String name, ByteBuffer bytes) {
        int words() {
            return bytes.capacity() / Integer.BYTES;
        }
    }

    private ScriptCopy(ScriptStudent student) {
        this.student = student;
        int word = 1;
        for (Map.Entry<String, byte[]> entry : student.rest().entrySet()) {
            Storage storage = new Storage(entry.getKey(), little(entry.getValue().clone()));
            if (storage.name().startsWith(STORAGES) && storage.words() > 0) {
                storages.put(word, storage);
                word += storage.words();
            }
        }
    }

    /**
     * The file's entries by name, with weights.
     *
     * @param weights flat, in the order of the layout
     * @throws InvalidModelException when a weight has no place of its own in the file
     */
    static Map<String, byte[]> of(ModelSpec spec, ScriptStudent student, float[] weights) {
        ScriptCopy copy = new ScriptCopy(student);
        copy.put(weights, ScriptForward.fileBits(spec, copy.numbered()));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("data.pkl", student.pickle());
        entries.putAll(student.rest());
        copy.storages.values().forEach(own -> entries.put(own.name(), own.bytes().array()));
        return entries;
    }

    private ScriptStudent numbered() {
        Map<String, byte[]> numbered = new LinkedHashMap<>(student.rest());
        storages.forEach(
                (first, storage) -> {
                    ByteBuffer numbers = little(new byte[storage.bytes().capacity()]);
                    for (int i = 0; i < storage.words(); i++) {
                        numbers.putInt(i * Integer.BYTES, first + i);
                    }
                    numbered.put(storage.name(), numbers.array());
                });
        return student.with(numbered);
    }

    private void put(float[] weights, int[] words) {
        BitSet taken = new BitSet();
        for (int i = 0; i < weights.length; i++) {
            Map.Entry<Integer, Storage> home = storages.floorEntry(words[i]);
            int at = home == null ? 0 : words[i] - home.getKey();
            if (home == null || at >= home.getValue().words() || taken.get(words[i])) {
                throw homeless();
            }
            taken.set(words[i]);
            home.getValue().bytes().putFloat(at * Float.BYTES, weights[i]);
        }
    }

    private InvalidModelException homeless() {
        return new InvalidModelException(
                student.path()
                        + " makes some of its weights while it is loaded, or two of them from one number, so other weights cannot be written into it: export safetensors");
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
