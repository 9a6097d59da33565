package io.decant.pipeline.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.docs.AccessDocs;
import io.decant.pipeline.docs.GeneratedPage;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessSetTest {
    private static final Topics TOPICS = new Topics("shop.", 4, 4);

    @Test
    void thePageOfRightsIsWhatTheCodeSays() throws IOException {
        new GeneratedPage(
                        Path.of("../docs/access.md"),
                        "mvn -pl pipeline -am test -Dtest=AccessSetTest -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate.docs=true",
                        AccessDocs.page())
                .check(Boolean.getBoolean("regenerate.docs"));
    }

    @Test
    void eachTopicIsWrittenByThoseWhoAreMeantTo() {
        assertThat(writers(Topic.SAMPLES)).containsExactly(Role.PRODUCER, Role.REDRIVER);
        assertThat(writers(Topic.LABELS)).containsExactly(Role.LABEL_SOURCE, Role.REDRIVER);
        assertThat(writers(Topic.SOFT_TARGETS)).containsExactly(Role.TEACHER, Role.REDRIVER);
        assertThat(writers(Topic.TRAINING_PAIRS)).containsExactly(Role.JOINER);
        assertThat(writers(Topic.MODEL_WEIGHTS)).containsExactly(Role.TRAINER);
        assertThat(writers(Topic.MODEL_REGISTRY)).containsExactly(Role.TEACHER, Role.TRAINER);
        assertThat(writers(Topic.TRAINER_STATE)).containsExactly(Role.TRAINER);
        assertThat(writers(Topic.LINEAGE)).containsExactly(Role.TRAINER);
        assertThat(writers(Topic.GATEWAY_STATUS)).containsExactly(Role.GATEWAY);
        assertThat(writers(Topic.CONTROL)).containsExactly(Role.OPERATOR);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyMayAlterOrDeleteAndNothingIsForEveryResource(Role role) {
        assertThat(AccessSet.of(role, TOPICS))
                .allSatisfy(
                        grant -> {
                            assertThat(grant.operations())
                                    .isSubsetOf(
                                            AclOperation.READ,
                                            AclOperation.WRITE,
                                            AclOperation.CREATE,
                                            AclOperation.DESCRIBE,
                                            AclOperation.DESCRIBE_CONFIGS);
                            assertThat(grant.resource().name()).isNotEqualTo("*");
                        });
    }

    @Test
    void aTrainerOfOneModelHasNoOtherModelsTransactions() {
        assertThat(AccessSet.of(Role.TRAINER, TOPICS, TOPICS::name, "fraud"))
                .extracting(grant -> grant.command("User:t"))
                .contains(
                        "--add --allow-principal User:t --operation Write --transactional-id shop.trainer-fraud",
                        "--add --allow-principal User:t --operation Read --group shop.trainer-fraud");
        assertThat(AccessSet.of(Role.TRAINER, TOPICS))
                .extracting(grant -> grant.command("User:t"))
                .contains(
                        "--add --allow-principal User:t --operation Write --transactional-id shop.trainer- --resource-pattern-type prefixed");
    }

    private static Set<Role> writers(Topic topic) {
        Set<Role> writers = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            AccessSet.of(role, TOPICS).stream()
                    .filter(grant -> grant.isAbout(TOPICS.name(topic)))
                    .filter(grant -> grant.operations().contains(AclOperation.WRITE))
                    .forEach(grant -> writers.add(role));
        }
        return writers;
    }
}
