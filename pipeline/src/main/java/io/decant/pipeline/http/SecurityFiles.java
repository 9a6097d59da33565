package io.decant.pipeline.http;

import io.decant.serde.TlsContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;

/**
 * Reads the files that {@link HttpSecurity} names, and collects what is wrong with them. <i>Owned
 * by the thread that opens a port.</i>
 */
final class SecurityFiles {
    private final String key;
    private final List<String> problems = new ArrayList<>();

    /**
     * Reads nothing yet.
     *
     * @param key of the settings, for example {@code http.security}
     */
    SecurityFiles(String key) {
        this.key = key;
    }

    /** One sentence each. */
    List<String> problems() {
        return problems;
    }

    /** The port's side of TLS; empty without a certificate, or with a problem. */
    Optional<SSLContext> tls(HttpSecurity security) {
        if (security.certificate().isEmpty()) {
            return Optional.empty();
        }
        int before = problems.size();
        Map<String, Object> ssl = new HashMap<>();
        ssl.put("ssl.keystore.type", "PEM");
        ssl.put("ssl.keystore.certificate.chain", text("certificate", security.certificate()));
        ssl.put("ssl.keystore.key", text("key", security.key()));
        if (security.clientCa().isPresent()) {
            ssl.put("ssl.truststore.type", "PEM");
            ssl.put("ssl.truststore.certificates", text("client-ca", security.clientCa()));
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        try {
            return Optional.of(TlsContexts.of(ssl));
        } catch (ConfigException unusable) {
            problems.add(
                    key
                            + " names PEM files that cannot be used; expected a certificate with its issuers and its PKCS #8 key ("
                            + unusable.getMessage()
                            + ")");
            return Optional.empty();
        }
    }

    /** The tokens of a file; none without one. */
    Tokens tokens(HttpSecurity security) {
        if (security.tokenFile().isEmpty()) {
            return new Tokens(List.of());
        }
        int before = problems.size();
        List<String> tokens =
                text("token-file", security.tokenFile())
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        boolean tooShort = tokens.stream().anyMatch(token -> token.length() < Tokens.MIN_LENGTH);
        if (problems.size() == before && (tokens.isEmpty() || tooShort)) {
            problems.add(
                    key
                            + ".token-file "
                            + security.tokenFile().get()
                            + (tooShort ? " holds a token that is too short" : " holds no token")
                            + "; expected one a line, of at least "
                            + Tokens.MIN_LENGTH
                            + " characters, for example from openssl rand -hex 32");
        }
        return new Tokens(tokens);
    }

    private String text(String name, Optional<Path> given) {
        Path file = given.orElseThrow();
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            problems.add(
                    key
                            + "."
                            + name
                            + " "
                            + file
                            + " cannot be read ("
                            + unreadable.getClass().getSimpleName()
                            + "); name a text file that this user may read");
            return "";
        }
    }
}
