package io.decant.pipeline.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that a port accepts. Only their digests are kept, and a comparison takes the same time
 * whatever is wrong with a token. <i>Immutable.</i>
 */
final class Tokens {
    static final int MIN_LENGTH = 16;

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final List<byte[]> digests;

    /** Of texts; none accepts nothing. */
    Tokens(List<String> tokens) {
        digests = tokens.stream().map(Tokens::digest).toList();
    }

    /**
     * Whether a request's {@code Authorization} header holds one of them: as a bearer token, or as
     * the password of basic authentication, whose user is not looked at.
     *
     * @param authorization null when the request has none
     */
    boolean accept(String authorization) {
        return presented(authorization).map(this::accepted).orElse(false);
    }

    private boolean accepted(String token) {
        byte[] digest = digest(token);
        boolean known = false;
        for (byte[] each : digests) {
            known |= MessageDigest.isEqual(each, digest);
        }
        return known;
    }

    private static Optional<String> presented(String authorization) {
        if (authorization == null) {
            return Optional.empty();
        } else if (begins(authorization, BEARER)) {
            return Optional.of(authorization.substring(BEARER.length()).strip());
        } else if (begins(authorization, BASIC)) {
            return password(authorization.substring(BASIC.length()).strip());
        }
        return Optional.empty();
    }

    private static Optional<String> password(String basic) {
        try {
            String user = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            int colon = user.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(user.substring(colon + 1));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** HTTP's authentication schemes are not case-sensitive. */
    private static boolean begins(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
