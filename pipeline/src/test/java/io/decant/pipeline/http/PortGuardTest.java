package io.decant.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.tls.LocalAuthority;
import io.decant.serde.TlsContexts;
import io.undertow.Undertow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortGuardTest {
    private static final String TOKEN = "0123456789abcdef-a-token";

    @TempDir private static Path folder;
    private static LocalAuthority authority;
    private static LocalAuthority stranger;
    private static Path tokenFile;

    @BeforeAll
    static void certificates() throws IOException {
        authority = LocalAuthority.in(folder.resolve("authority"));
        stranger = LocalAuthority.in(folder.resolve("stranger"));
        tokenFile =
                Files.writeString(folder.resolve("tokens"), "another-token-of-24-char\n" + TOKEN);
    }

    @Test
    void aPortThatAsksNothingAdmitsEverybody() throws Exception {
        // Given
        try (Port port = Port.open(HttpSecurity.NONE)) {
            // When
            int status = port.ask(HttpClient.newHttpClient(), Optional.empty());

            // Then
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void aTokenIsTakenAsBearerOrAsAPasswordAndNothingElseIs() throws Exception {
        // Given
        try (Port port = Port.open(security(Optional.empty(), Optional.of(tokenFile)))) {
            HttpClient client = trusting(authority);

            // When
            int without = port.ask(client, Optional.empty());
            int bearer = port.ask(client, Optional.of("bearer " + TOKEN));
            int password = port.ask(client, Optional.of(basic("anybody:" + TOKEN)));
            int wrong = port.ask(client, Optional.of("Bearer " + TOKEN + "x"));
            int part = port.ask(client, Optional.of("Bearer " + TOKEN.substring(1)));
            int noScheme = port.ask(client, Optional.of(TOKEN));
            int notBase64 = port.ask(client, Optional.of("Basic ~"));

            // Then
            assertThat(new int[] {bearer, password}).containsOnly(200);
            assertThat(new int[] {without, wrong, part, noScheme, notBase64}).containsOnly(401);
        }
    }

    @Test
    void aClientCertificateOfTheAuthorityNeedsNoToken() throws Exception {
        // Given
        HttpSecurity security =
                security(Optional.of(authority.certificate()), Optional.of(tokenFile));
        try (Port port = Port.open(security)) {
            // When
            int shown = port.ask(showing(authority), Optional.empty());
            int none = port.ask(trusting(authority), Optional.empty());
            int token = port.ask(trusting(authority), Optional.of("Bearer " + TOKEN));

            // Then
            assertThat(shown).isEqualTo(200);
            assertThat(none).isEqualTo(401);
            assertThat(token).isEqualTo(200);
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedByEitherSide() throws Exception {
        // Given
        HttpSecurity security = security(Optional.of(authority.certificate()), Optional.empty());
        HttpClient impostor = client(authority, Optional.of(stranger));
        try (Port port = Port.open(security)) {
            // When a client shows a stranger's certificate, or trusts only the stranger
            // Then neither is answered
            assertThatThrownBy(() -> port.ask(impostor, Optional.empty()))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> port.ask(trusting(stranger), Optional.empty()))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void everyFileThatCannotBeUsedIsNamed() throws Exception {
        // Given
        Path missing = folder.resolve("missing.pem");
        Path shortToken = Files.writeString(folder.resolve("short"), "secret\n");
        HttpSecurity security =
                new HttpSecurity(
                        Optional.of(missing),
                        Optional.of(authority.issue("server").key()),
                        Optional.empty(),
                        Optional.of(shortToken));

        // When / Then
        assertThatThrownBy(() -> PortGuard.of("the gateway", "http.security", security))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("http.security.certificate " + missing + " cannot be read")
                .hasMessageContaining("http.security.token-file " + shortToken)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aCertificateInPlaceOfTheKeyIsToldOf() throws Exception {
        // Given
        Path certificate = authority.issue("server").certificate();
        HttpSecurity security =
                new HttpSecurity(
                        Optional.of(certificate),
                        Optional.of(certificate),
                        Optional.empty(),
                        Optional.empty());

        // When / Then
        assertThatThrownBy(() -> PortGuard.of("the gateway", "http.security", security))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("http.security names PEM files that cannot be used");
    }

    @Test
    void halfOfACertificateIsNotTaken() {
        assertThatThrownBy(
                        () ->
                                new HttpSecurity(
                                        Optional.of(Path.of("a.pem")),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))
                .hasMessage("certificate and key go together; give both files or neither");
    }

    private static HttpSecurity security(Optional<Path> clientCa, Optional<Path> tokens)
            throws IOException {
        LocalAuthority.Issued server = authority.issue("server");
        return new HttpSecurity(
                Optional.of(server.certificate()), Optional.of(server.key()), clientCa, tokens);
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpClient trusting(LocalAuthority trusted) throws IOException {
        return client(trusted, Optional.empty());
    }

    private static HttpClient showing(LocalAuthority both) throws IOException {
        return client(both, Optional.of(both));
    }

    private static HttpClient client(LocalAuthority trusted, Optional<LocalAuthority> own)
            throws IOException {
        Map<String, Object> ssl = new HashMap<>();
        ssl.put("ssl.truststore.type", "PEM");
        ssl.put("ssl.truststore.certificates", Files.readString(trusted.certificate()));
        if (own.isPresent()) {
            LocalAuthority.Issued issued = own.get().issue("client");
            ssl.put("ssl.keystore.type", "PEM");
            ssl.put("ssl.keystore.certificate.chain", Files.readString(issued.certificate()));
            ssl.put("ssl.keystore.key", Files.readString(issued.key()));
        }
        return HttpClient.newBuilder().sslContext(TlsContexts.of(ssl)).build();
    }

    /** A guarded port that answers 200. */
    private record Port(Undertow server, PortGuard guard) implements AutoCloseable {
        static Port open(HttpSecurity security) {
            PortGuard guard = PortGuard.of("a test", "http.security", security);
            Undertow server =
                    guard.listen(Undertow.builder(), 0, "127.0.0.1")
                            .setIoThreads(1)
                            .setWorkerThreads(1)
                            .setHandler(
                                    guard.guard(
                                            exchange -> exchange.getResponseSender().send("ok")))
                            .build();
            server.start();
            return new Port(server, guard);
        }

        int ask(HttpClient client, Optional<String> authorization) throws Exception {
            InetSocketAddress at = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(
                            URI.create(guard.scheme() + "://127.0.0.1:" + at.getPort() + "/"));
            authorization.ifPresent(value -> request.header("Authorization", value));
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }

        @Override
        public void close() {
            server.stop();
        }
    }
}
