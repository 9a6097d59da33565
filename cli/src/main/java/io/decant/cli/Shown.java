package io.decant.cli;

import io.decant.cli.models.SignatureCheck.Signed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalDouble;

/** How values look in tables. <i>Thread-safe: all methods are pure.</i> */
public final class Shown {
    private Shown() {}

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A share as a percentage; a dash for none. */
    public static String percent(Double share) {
        return share == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    public static String percent(OptionalDouble share) {
        return percent(boxed(share));
    }

    /** Null for none. */
    public static Double boxed(OptionalDouble value) {
        return value.isPresent() ? Double.valueOf(value.getAsDouble()) : null;
    }

    public static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Who signed a record, in words. */
    public static String signature(Signed signed) {
        if (signed instanceof Signed.Valid valid) {
            return "signature of key " + valid.keyId() + " is valid";
        } else if (signed instanceof Signed.Claimed claimed) {
            return "signed with key " + claimed.keyId() + " (not verified: no --trust)";
        } else if (signed instanceof Signed.Wrong wrong) {
            return "WRONG: " + wrong.reason();
        }
        return "not signed";
    }

    /** How long ago, in the largest whole unit. */
    public static String age(Instant time, Instant now) {
        Duration age = Duration.between(time, now);
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        } else if (age.toMinutes() < 120) {
            return age.toMinutes() + " min";
        }
        return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " d";
    }

    public static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
