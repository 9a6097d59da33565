package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The broker's persistent folder: the metadata log and the records, each in a folder of its own.
 *
 * <p><em>Immutable.</em>
 */
record BrokerFolder(Path root) {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    Path metadata() {
        return root.resolve("metadata");
    }

    Path records() {
        return root.resolve("records");
    }

    boolean isFormatted() {
        return Files.exists(records().resolve("meta.properties"));
    }

    /**
     * Makes and formats the folder once (a formatted one is left as it is) and claims it.
     *
     * @param security of the folder; its administrator is made with it
     * @return the claim, to be released when the broker has stopped
     * @throws DevStackException when the folder cannot be made or written, or is in use
     */
    FolderClaim prepare(Optional<BrokerSecurity> security) {
        try {
            Files.createDirectories(metadata());
            Files.createDirectories(records());
            if (!Files.isWritable(metadata()) || !Files.isWritable(records())) {
                throw new IOException("no permission to write");
            }
            FolderClaim claim = FolderClaim.take(root);
            if (!isFormatted()) {
                format(security);
            }
            return claim;
        } catch (IOException failed) {
            throw new DevStackException(
                    "cannot use "
                            + root
                            + " as the broker's data folder ("
                            + failed
                            + "); name a folder that can be written",
                    failed);
        }
    }

    private void format(Optional<BrokerSecurity> security) throws IOException {
        var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Formatter formatter = new Formatter();
        formatter
                .setPrintStream(quiet)
                .setNodeId(NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(records().toString())
                .addDirectory(metadata().toString())
                .setMetadataLogDirectory(metadata().toString())
                .setControllerListenerName(CONTROLLER_LISTENER)
                .setIgnoreFormatted(true);
        security.ifPresent(
                secure -> formatter.setScramArguments(List.of(secure.formatterArgument())));
        try {
            formatter.run();
        } catch (IOException failed) {
            throw failed;
        } catch (Exception failed) { // declared by Kafka's Formatter
            throw new IOException("formatting failed", failed);
        }
    }
}
