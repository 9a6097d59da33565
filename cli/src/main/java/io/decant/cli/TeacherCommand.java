package io.decant.cli;

import io.decant.teacher.TeacherConfig;
import io.decant.teacher.TeacherService;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one service: the teacher. */
@Command(
        name = "teacher",
        mixinStandardHelpOptions = true,
        description = "Scores samples and publishes soft targets.",
        footer = {"", "Example: decant teacher -c teacher.yaml"})
final class TeacherCommand implements Callable<Integer> {
    @Mixin private ServiceRun run;

    @Override
    public Integer call() throws InterruptedException {
        return run.run(
                TeacherConfig.class,
                configuration -> TeacherService.start(configuration, InstantSource.system()));
    }
}
