package io.decant.pipeline.http;

import io.decant.pipeline.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may use an HTTP port, and whether what goes over it is encrypted; the same block, {@code
 * security}, beside every port's settings. <i>Immutable.</i>
 */
public record HttpSecurity(
        @Setting(
                        doc =
                                "PEM file with the port's certificate and those of its issuers, own one first; with it the port speaks TLS only.",
                        otherwise = "")
                Optional<Path> certificate,
        @Setting(
                        doc =
                                "PEM file with the certificate's private key (PKCS #8, not encrypted).",
                        otherwise = "")
                Optional<Path> key,
        @Setting(
                        doc =
                                "PEM file with the authorities of client certificates; a client that shows one of theirs needs no token.",
                        otherwise = "")
                Optional<Path> clientCa,
        @Setting(
                        doc =
                                "File with the tokens that are accepted, one a line, at least 16 characters each; read at the start.",
                        otherwise = "")
                Optional<Path> tokenFile) {

    /** Plain HTTP for everybody who reaches the port. */
    public static final HttpSecurity NONE =
            new HttpSecurity(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public HttpSecurity {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "certificate and key go together; give both files or neither");
        }
        if (clientCa.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException(
                    "client-ca needs TLS; give certificate and key as well");
        }
    }
}
