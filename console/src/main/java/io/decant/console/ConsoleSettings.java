package io.decant.console;

import io.decant.console.picture.Limits;
import io.decant.pipeline.config.Setting;
import io.decant.pipeline.http.HttpSecurity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The web page that shows an installation: the block {@code console}. <i>Immutable.</i> */
public record ConsoleSettings(
        @Setting(doc = "Whether this process serves the console.", otherwise = "false")
                boolean enabled,
        @Setting(doc = "Address to listen on; 0.0.0.0 is every interface.", otherwise = "127.0.0.1")
                String host,
        @Setting(
                        doc = "Port to listen on; 0 takes a free one, which is logged.",
                        otherwise = "0",
                        min = 0,
                        max = 65535)
                int port,
        @Setting(
                        doc =
                                "Pages that may follow at a time; further ones are answered with 503.",
                        otherwise = "16",
                        min = 1,
                        max = 1000)
                int listeners,
        @Setting(
                        doc = "Least time between two updates of a page, whatever the load.",
                        otherwise = "250ms",
                        min = 50,
                        max = 60_000)
                Duration pushInterval,
        @Setting(
                        doc = "How far back metrics and lineage are read at start.",
                        otherwise = "1h",
                        min = 0)
                Duration history,
        @Setting(
                        doc =
                                "Bytes a second that the console reads from the broker at most, on the average.",
                        otherwise = "2097152",
                        min = 1024,
                        max = 1L << 40)
                long maxBytesPerSecond,
        @Setting(
                        doc =
                                "Time between two questions for the ends of topics and for consumer lag.",
                        otherwise = "2s",
                        min = 200)
                Duration surveyInterval,
        Limits keep,
        HttpSecurity security,
        Orders orders) {

    /** Orders from the page: promote, rollback, pin. */
    public record Orders(
            @Setting(
                            doc =
                                    "Whether versions can be promoted, rolled back and pinned from the page.",
                            otherwise = "false")
                    boolean enabled,
            @Setting(
                            doc =
                                    "File with the tokens that orders need, whatever reading needs; one a line, at least 16 characters each.",
                            otherwise = "")
                    Optional<Path> tokenFile,
            @Setting(
                            doc =
                                    "Private key (PEM) that orders are signed with; gateways must trust it.",
                            otherwise = "")
                    Optional<Path> key,
            @Setting(
                            doc =
                                    "Public keys (PEM) that a version's signature is verified with before it is ordered; without them signers are not verified.",
                            otherwise = "")
                    List<Path> trust) {
        public Orders {
            trust = List.copyOf(trust);
            if (enabled && (tokenFile.isEmpty() || key.isEmpty())) {
                throw new IllegalArgumentException(
                        "orders.enabled needs orders.token-file and orders.key: who orders shows a token, and the order is signed");
            }
        }
    }
}
