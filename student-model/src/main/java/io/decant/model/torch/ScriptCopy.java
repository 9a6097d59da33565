package io.decant.model.torch;

import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** Storages by name; they come one after the other in one row of numbered words, from 1. */
    private final Map<String, ByteBuffer> storages = new LinkedHashMap<>();

    private ScriptCopy(ScriptStudent student) {
        this.student = student;
        student.rest()
                .forEach(
                        (name, content) -> {
                            if (name.startsWith(STORAGES)) {
                                storages.put(name, little(content.clone()));
                            }
                        });
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
        copy.storages.forEach((name, content) -> entries.put(name, content.array()));
        return entries;
    }

    private ScriptStudent numbered() {
        Map<String, byte[]> numbered = new LinkedHashMap<>(student.rest());
        int word = 1;
        for (Map.Entry<String, ByteBuffer> storage : storages.entrySet()) {
            ByteBuffer numbers = little(new byte[storage.getValue().capacity()]);
            for (int i = 0; i < words(numbers); i++) {
                numbers.putInt(i * Integer.BYTES, word++);
            }
            numbered.put(storage.getKey(), numbers.array());
        }
        return student.with(numbered);
    }

    private void put(float[] weights, int[] words) {
        BitSet taken = new BitSet();
        for (int i = 0; i < weights.length; i++) {
            if (words[i] < 1 || taken.get(words[i])) {
                throw homeless();
            }
            taken.set(words[i]);
            put(weights[i], words[i] - 1);
        }
    }

    private void put(float weight, int place) {
        int at = place;
        for (ByteBuffer storage : storages.values()) {
            if (at < words(storage)) {
                storage.putFloat(at * Float.BYTES, weight);
                return;
            }
            at -= words(storage);
        }
        throw homeless();
    }

    private InvalidModelException homeless() {
        return new InvalidModelException(
                student.path()
                        + " makes some of its weights while it is loaded, or two of them from one number, so other weights cannot be written into it: export safetensors");
    }

    private static int words(ByteBuffer storage) {
        return storage.capacity() / Integer.BYTES;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
