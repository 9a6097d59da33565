package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTextTest {
    @Test
    void aCommandReadsAsItWasTypedAndCanBeTypedAgain() {
        assertThat(CommandText.of(List.of("replay", "--verify", "--data-dir", "my run", "it's")))
                .isEqualTo("decant replay --verify --data-dir 'my run' 'it'\\''s'");
        assertThat(CommandText.of(List.of("--set", "learning-rate=0.001")))
                .isEqualTo("decant --set learning-rate=0.001");
    }

    @Test
    void secretsAndUsersOfAddressesAreNotShown() {
        // When
        String text =
                CommandText.of(
                        List.of(
                                "--registry",
                                "http://me:pass@host:8081",
                                "--registry=http://me:pass@host:8081",
                                "cluster.kafka.sasl.jaas.config=secret1",
                                "kafka.ssl.key.password=secret2",
                                "--kafka=sasl.jaas.config=secret3",
                                "--kafka=client.id=mine"));
        // Then
        assertThat(text)
                .doesNotContain("pass@", "secret1", "secret2", "secret3")
                .contains("host:8081", "client.id=mine");
    }
}
