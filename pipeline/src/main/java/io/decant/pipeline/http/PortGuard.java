package io.decant.pipeline.http;

import io.decant.pipeline.config.ConfigurationException;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RenegotiationRequiredException;
import io.undertow.server.SSLSessionInfo;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/**
 * Guards one HTTP port: it opens the listener, with TLS when the settings say so, and tells who may
 * do what is not for everybody. A client shows a certificate of {@code client-ca} or a token, one
 * of them is enough; what every probe may ask (health, metrics) needs neither. Tokens are accepted
 * from the {@code Authorization} header only, never from a cookie.
 *
 * <p>Files are read once; a process that is to use others is started again. <i>Immutable.</i>
 */
public final class PortGuard {
    /** What a client hears that may not do what it asked. */
    public static final String REFUSAL =
            "this needs a token (Authorization: Bearer TOKEN) or a client certificate that this port accepts";

    private final Optional<SSLContext> tls;
    private final boolean clientCertificates;
    private final boolean closed;
    private final Tokens tokens;

    private PortGuard(
            Optional<SSLContext> tls, boolean clientCertificates, boolean closed, Tokens tokens) {
        this.tls = tls;
        this.clientCertificates = clientCertificates;
        this.closed = closed;
        this.tokens = tokens;
    }

    /**
     * Reads the files of the settings.
     *
     * @param service what the message begins with
     * @param key of the settings, for example {@code http.security}
     * @throws ConfigurationException with every problem found
     */
    public static PortGuard of(String service, String key, HttpSecurity security) {
        SecurityFiles files = new SecurityFiles(key);
        Optional<SSLContext> tls = files.tls(security);
        Tokens tokens = files.tokens(security);
        if (!files.problems().isEmpty()) {
            throw new ConfigurationException(service, files.problems());
        }
        boolean clientCertificates = security.clientCa().isPresent();
        return new PortGuard(
                tls,
                clientCertificates,
                clientCertificates || security.tokenFile().isPresent(),
                tokens);
    }

    /** Adds the listener to a server that is not started yet. */
    public Undertow.Builder listen(Undertow.Builder server, int port, String host) {
        if (tls.isEmpty()) {
            return server.addHttpListener(port, host);
        }
        if (clientCertificates) {
            // Requested, not required: probes have none.
            server.setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUESTED);
        }
        return server.addHttpsListener(port, host, tls.get());
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return tls.isPresent() ? "https" : "http";
    }

    /**
     * Whether this client may do what is not for everybody; everybody may when nothing is asked.
     */
    public boolean admits(HttpServerExchange exchange) {
        return !closed
                || tokens.accept(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))
                || showsCertificate(exchange);
    }

    /** The handler, for those only who may; the others get status 401 and a JSON error. */
    public HttpHandler guard(HttpHandler inner) {
        return exchange -> {
            if (admits(exchange)) {
                inner.handleRequest(exchange);
            } else {
                refuse(exchange);
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
                exchange.getResponseSender()
                        .send("{\"error\":\"" + REFUSAL + "\"}", StandardCharsets.UTF_8);
            }
        };
    }

    /** Sets the status and the header of a refusal; the body is the caller's. */
    public static void refuse(HttpServerExchange exchange) {
        exchange.setStatusCode(StatusCodes.UNAUTHORIZED);
        exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
    }

    private boolean showsCertificate(HttpServerExchange exchange) {
        SSLSessionInfo session = exchange.getConnection().getSslSessionInfo();
        if (!clientCertificates || session == null) {
            return false;
        }
        try {
            // The handshake has verified it; one of another authority does not get this far.
            return List.of(session.getPeerCertificates()).size() > 0;
        } catch (SSLPeerUnverifiedException | RenegotiationRequiredException none) {
            return false;
        }
    }
}
