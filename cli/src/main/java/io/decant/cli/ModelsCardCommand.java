package io.decant.cli;

import io.decant.cli.card.CardText;
import io.decant.cli.card.ModelCard;
import io.decant.model.checkpoint.Anchor;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Replay;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code decant models card}. */
@Command(
        name = "card",
        mixinStandardHelpOptions = true,
        description =
                "Writes the model card of a version, as Markdown or with --json as JSON: what it learned from, its teachers and settings, how well it does for each class and each slice, against the shadow.",
        footer = {
            "",
            "Examples:",
            "  decant models card --data-dir run > card.md",
            "  decant models card 12 --data-dir run --json"
        })
final class ModelsCardCommand implements Callable<Integer> {
    @Mixin private ModelOptions options;

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            description = "Number of the version; default: the newest.")
    private Long version;

    @Override
    public Integer call() {
        return options.on((cluster, history) -> print(history));
    }

    private int print(ModelHistory history) {
        long asked = version == null ? Replay.newest(history) : version;
        if (!history.lineage().containsKey(asked)) {
            throw new CommandFailure(
                    "model '"
                            + history.model()
                            + "' has no version "
                            + asked
                            + " that lineage still knows; the newest is "
                            + Replay.newest(history));
        }
        List<Lineage> until = List.copyOf(history.lineage().headMap(asked, true).values());
        ModelCard card =
                new ModelCard(
                        history.model(),
                        asked,
                        history.weights(asked)
                                .or(() -> history.weights(Replay.newest(history)))
                                .map(Anchor::spec),
                        until,
                        Optional.ofNullable(history.manifests().get(asked))
                                .map(CheckpointManifest::getTeacherIds)
                                .orElse(List.of()));
        options.print(CardText.markdown(card), CardText.json(card));
        return 0;
    }
}
