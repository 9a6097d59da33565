package io.decant.trainer.publish;

import io.decant.records.FormKind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;

/** Record keys of one model's topics. <i>Thread-safe: all methods are pure.</i> */
public final class Keys {
    private Keys() {}

    public static String version(String model, long version) {
        return model + "/" + version;
    }

    /** Key of the alias that names the version to serve. */
    public static String live(String model) {
        return model + "/@live";
    }

    static String weights(String model, long version, FormKind form, int part) {
        return model + "/" + version + "/" + form.name().toLowerCase(Locale.ROOT) + "/" + part;
    }

    static String state(String model, String slot, int part) {
        return model + "/" + slot + "/" + part;
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The version that a manifest's key names; empty for another model's key, an alias or a
     * teacher's card.
     */
    public static OptionalLong versionOf(String model, byte[] key) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!text.startsWith(model + "/")) {
            return OptionalLong.empty();
        }
        String rest = text.substring(model.length() + 1);
        return rest.matches("[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(rest))
                : OptionalLong.empty();
    }
}
