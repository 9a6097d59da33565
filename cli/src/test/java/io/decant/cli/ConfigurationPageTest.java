package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.decant.gateway.GatewayConfig;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.docs.ConfigurationDocs;
import io.decant.pipeline.docs.GeneratedPage;
import io.decant.teacher.TeacherConfig;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.join.JoinerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    private static final String COMMAND =
            "mvn -pl cli -am test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate.docs=true";

    private static final Map<String, Class<? extends Record>> SERVICES = services();

    private static Map<String, Class<? extends Record>> services() {
        Map<String, Class<? extends Record>> services = new LinkedHashMap<>();
        services.put("teacher", TeacherConfig.class);
        services.put("joiner", JoinerConfig.class);
        services.put("trainer", TrainerConfig.class);
        services.put("gateway", GatewayConfig.class);
        return services;
    }

    @Test
    void theConfigurationPageIsWhatTheCodeSays() throws IOException {
        StringBuilder page =
                new StringBuilder(
                        """
                # Configuration

                Each service reads one YAML file (`decant SERVICE -c FILE`). Nested keys may be written nested or dotted; `--set KEY=VALUE` replaces one.
                All problems of a file are reported at once. `docs/examples/` holds a file for each service.
                """);
        SERVICES.forEach(
                (service, type) ->
                        page.append("\n## ")
                                .append(service)
                                .append("\n\n")
                                .append(ConfigurationDocs.table(type)));
        new GeneratedPage(Path.of("../docs/configuration.md"), COMMAND, page.toString())
                .check(Boolean.getBoolean("regenerate.docs"));
    }

    @Test
    void theExampleOfEachServiceIsAValidConfiguration() {
        SERVICES.forEach(
                (service, type) ->
                        assertThatCode(
                                        () ->
                                                Configuration.load(
                                                        Path.of(
                                                                "../docs/examples/"
                                                                        + service
                                                                        + ".yaml"),
                                                        type,
                                                        List.of()))
                                .as(service)
                                .doesNotThrowAnyException());
    }
}
