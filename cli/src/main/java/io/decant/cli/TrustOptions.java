package io.decant.cli;

import io.decant.cli.models.SignatureCheck;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.serde.WriterSchemas;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which keys a command believes. <i>Owned by the main thread.</i> */
final class TrustOptions {
    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description =
                    "A public key to verify signatures with, as gateways do; may be repeated. Without it signers are named and not verified.")
    private List<Path> trusted = List.of();

    SignatureCheck check(ClusterSettings cluster) {
        return new SignatureCheck(
                trusted.isEmpty() ? Optional.empty() : Optional.of(TrustedKeys.read(trusted)),
                WriterSchemas.ofRegistry(RecordCodec.properties(cluster)));
    }
}
