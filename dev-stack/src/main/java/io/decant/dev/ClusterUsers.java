package io.decant.dev;

import io.decant.dev.broker.BrokerSecurity;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.access.AccessSet;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.http.HttpSecurity;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.tls.LocalAuthority;
import io.decant.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * The users of a secure cluster, one for each role, called as the role is, with the role's set of
 * rights and no more. A configuration file for each lies in the broker's security folder.
 *
 * <p><em>Immutable.</em>
 */
public final class ClusterUsers {
    private static final int ITERATIONS = 4096;
    private static final int PATIENCE_SECONDS = 30;

    /** The services that a stack starts, which are called as their roles are. */
    private static final List<Role> SERVICES =
            List.of(Role.TEACHER, Role.JOINER, Role.TRAINER, Role.GATEWAY);

    private final String bootstrapServers;
    private final BrokerSecurity security;

    private ClusterUsers(String bootstrapServers, BrokerSecurity security) {
        this.bootstrapServers = bootstrapServers;
        this.security = security;
    }

    /** Makes the users and their rights; those that are there stay as they are. */
    static ClusterUsers create(String bootstrapServers, BrokerSecurity security) {
        ClusterUsers users = new ClusterUsers(bootstrapServers, security);
        List<UserScramCredentialAlteration> credentials = new ArrayList<>();
        List<AclBinding> rights = new ArrayList<>();
        for (Role role : Role.values()) {
            credentials.add(
                    new UserScramCredentialUpsertion(
                            role.text(),
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                            security.password(role.text())));
            AccessSet.of(role, Topics.DEFAULT)
                    .forEach(grant -> rights.addAll(grant.bindings("User:" + role.text())));
        }
        // The registry is not there yet; nobody asks for it.
        try (Admin admin =
                new Clients(users.administrator("http://localhost")).admin("decant-users")) {
            admin.alterUserScramCredentials(credentials)
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            admin.createAcls(rights).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            throw new DevStackException(
                    "the users of the secure broker could not be made: " + refused.getMessage(),
                    refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new DevStackException("interrupted while users were made", stopped);
        }
        return users;
    }

    /** The registry with its own user, TLS, and the users' passwords for whoever writes. */
    RegistrySettings registry(RegistrySettings settings) {
        try {
            LocalAuthority.Issued issued = security.authority().issue("registry");
            Path tokens = security.folder().resolve("registry-tokens");
            Files.writeString(
                    tokens, String.join("\n", names().map(security::password).toList()) + "\n");
            return settings.with(
                    security.client(Role.SCHEMA_REGISTRY.text()),
                    new HttpSecurity(
                            Optional.of(issued.certificate()),
                            Optional.of(issued.key()),
                            Optional.empty(),
                            Optional.of(tokens)));
        } catch (IOException failed) {
            throw new DevStackException(
                    "the registry's certificate and tokens cannot be made: " + failed, failed);
        }
    }

    private static Stream<String> names() {
        return Stream.concat(
                Stream.of(BrokerSecurity.ADMIN), Arrays.stream(Role.values()).map(Role::text));
    }

    ClusterSettings administrator(String registryUrl) {
        return settings(BrokerSecurity.ADMIN, registryUrl);
    }

    /** How one connects in a role. */
    public ClusterSettings as(Role role, String registryUrl) {
        return settings(role.text(), registryUrl);
    }

    private ClusterSettings settings(String user, String registryUrl) {
        Map<String, String> kafka = security.client(user);
        kafka.putAll(registryClient(user, security.password(user)));
        return ClusterSettings.of(bootstrapServers, registryUrl).withKafka(kafka);
    }

    private Map<String, String> registryClient(String user, String password) {
        return Map.of(
                "schema.registry.ssl.truststore.type",
                "PEM",
                "schema.registry.ssl.truststore.location",
                security.authority().certificate().toString(),
                "basic.auth.credentials.source",
                "USER_INFO",
                "basic.auth.user.info",
                user + ":" + password);
    }

    /** What lets each service of a stack come in as its own user: {@code KEY=VALUE}. */
    public List<String> serviceSettings() {
        List<String> settings = new ArrayList<>();
        for (Role service : SERVICES) {
            String key = service.text() + ".cluster.kafka.";
            as(service, "http://localhost")
                    .kafka()
                    .forEach((name, value) -> settings.add(key + name + "=" + value));
        }
        return settings;
    }

    /** The configuration file of a role, for commands and for services of their own. */
    public Path file(Role role) {
        return file(role.text());
    }

    /** The configuration file of the administrator. */
    public Path administratorFile() {
        return file(BrokerSecurity.ADMIN);
    }

    private Path file(String user) {
        return security.folder().resolve(user + ".yaml");
    }

    /** Writes every user's configuration file; passwords stay in files of their own. */
    void writeFiles(String registryUrl) {
        try {
            for (String user : names().toList()) {
                Map<String, String> kafka = new TreeMap<>(security.clientInFile(user));
                kafka.putAll(registryClient(user, security.reference(user)));
                StringBuilder yaml = new StringBuilder("cluster:\n");
                yaml.append("  bootstrap-servers: ").append(bootstrapServers).append('\n');
                yaml.append("  schema-registry-url: ").append(registryUrl).append("\n  kafka:\n");
                kafka.forEach(
                        (key, value) ->
                                yaml.append("    ")
                                        .append(key)
                                        .append(": '")
                                        .append(value)
                                        .append("'\n"));
                Files.writeString(file(user), yaml);
            }
        } catch (IOException failed) {
            throw new DevStackException(
                    "the users' configuration files cannot be written: " + failed, failed);
        }
    }
}
