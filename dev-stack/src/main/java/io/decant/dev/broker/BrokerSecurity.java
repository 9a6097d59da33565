package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import io.decant.pipeline.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What makes a broker's folder a secure one: an authority of its own, the broker's certificate and
 * the administrator's password, made once and kept. Clients come over TLS with a SCRAM-SHA-512
 * password, the controller is reached with the broker's certificate only, and who has no access
 * list may do nothing.
 *
 * <p>Whoever can read the folder is the administrator. <i>Immutable.</i>
 */
public final class BrokerSecurity {
    /** The user who may do everything. */
    public static final String ADMIN = "admin";

    static final String LISTENER = "SASL_SSL";
    static final String MECHANISM = "SCRAM-SHA-512";

    private static final String FOLDER = "security";

    /** Name in the certificate that brokers show to controllers. */
    private static final String NODE = "broker";

    private final LocalAuthority authority;
    private final Path passwords;

    private BrokerSecurity(LocalAuthority authority, Path passwords) {
        this.authority = authority;
        this.passwords = passwords;
    }

    /**
     * The security of a broker's folder, when it is asked for or was once; made when there is none.
     *
     * @throws DevStackException if it cannot be made or read, or the folder has been used without
     */
    static Optional<BrokerSecurity> of(BrokerFolder broker, BrokerSettings settings) {
        Path folder = broker.root().resolve(FOLDER);
        boolean made = Files.isDirectory(folder);
        if (!made && !settings.secure()) {
            return Optional.empty();
        }
        if (!made && broker.isFormatted()) {
            throw new DevStackException(
                    "the broker's data folder "
                            + broker.root()
                            + " was made without security and cannot get it later; use another folder");
        }
        try {
            return Optional.of(
                    new BrokerSecurity(LocalAuthority.in(folder), folder.resolve("passwords")));
        } catch (IOException failed) {
            throw failed(failed);
        }
    }

    private static DevStackException failed(IOException failed) {
        return new DevStackException(
                "the broker's certificates and passwords cannot be made ("
                        + failed.getMessage()
                        + ")",
                failed);
    }

    /** Issues certificates that the stack trusts. */
    public LocalAuthority authority() {
        return authority;
    }

    /** A user's password: made at the first call, the same ever after. */
    public String password(String user) {
        return Passwords.of(passwords, user);
    }

    /** What a Kafka client needs to come in as a user. */
    public Map<String, String> client(String user) {
        return client(user, password(user));
    }

    /** As {@link #client(String)}, as it stands in a configuration file: with no secret in it. */
    public Map<String, String> clientInFile(String user) {
        return client(user, reference(user));
    }

    /** What stands for a user's password in a configuration file. */
    public String reference(String user) {
        password(user);
        return "${file:" + passwords.resolve(user) + "}";
    }

    /** Where what others may read is put, beside the keys. */
    public Path folder() {
        return passwords.getParent();
    }

    private Map<String, String> client(String user, String password) {
        Map<String, String> client = new TreeMap<>();
        client.put("security.protocol", LISTENER);
        client.put("sasl.mechanism", MECHANISM);
        client.put("sasl.jaas.config", login(user, password));
        client.put("ssl.truststore.type", "PEM");
        client.put("ssl.truststore.location", authority.certificate().toString());
        return client;
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                + user
                + "\" password=\""
                + password
                + "\";";
    }

    /** The administrator, for the formatter. */
    String formatterArgument() {
        return MECHANISM + "=[name=" + ADMIN + ",password=" + password(ADMIN) + "]";
    }

    /** What the server adds to its configuration. */
    Map<String, String> server() {
        Map<String, String> server = new TreeMap<>();
        server.put("sasl.enabled.mechanisms", MECHANISM);
        server.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
        server.put(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                login(ADMIN, password(ADMIN)));
        try {
            LocalAuthority.Issued issued = authority.issue(NODE);
            server.put("ssl.keystore.type", "PEM");
            server.put("ssl.keystore.certificate.chain", Files.readString(issued.certificate()));
            server.put("ssl.keystore.key", Files.readString(issued.key()));
            server.put("ssl.truststore.type", "PEM");
            server.put("ssl.truststore.certificates", Files.readString(authority.certificate()));
        } catch (IOException failed) {
            throw failed(failed);
        }
        server.put("listener.name.controller.ssl.client.auth", "required");
        // The common name alone, as SCRAM users have no more.
        server.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/,DEFAULT");
        server.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        server.put("allow.everyone.if.no.acl.found", "false");
        server.put("super.users", "User:" + ADMIN + ";User:" + NODE);
        return server;
    }
}
