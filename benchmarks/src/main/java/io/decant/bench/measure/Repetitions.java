package io.decant.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets contenders take turns: A B C, A B C, ... so that what else the machine does meets all of
 * them, and the repetitions with one index can be compared. <i>Thread-safe.</i>
 */
public final class Repetitions {
    private Repetitions() {}

    /**
     * @param contenders by name; each call is one repetition
     * @return what each contender returned, in the order of the repetitions
     */
    public static <T> Map<String, List<T>> inTurn(
            int repetitions, Map<String, Supplier<T>> contenders) {
        Map<String, List<T>> results = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> results.put(name, new ArrayList<>()));
        for (int i = 0; i < repetitions; i++) {
            contenders.forEach((name, contender) -> results.get(name).add(contender.get()));
        }
        return results;
    }
}
