package io.decant.console.http;

import io.decant.console.VersionCards;
import io.decant.console.picture.Picture;
import io.decant.pipeline.record.RecordView;
import io.decant.records.Lineage;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lineage and card of one version, {@code ?model=NAME&version=N}. <i>Thread-safe.</i> */
final class VersionHandler implements HttpHandler {
    private final Live live;
    private final VersionCards cards;

    VersionHandler(Live live, VersionCards cards) {
        this.live = live;
        this.cards = cards;
    }

    /** What the picture has of a version; its lineage is not changed by anybody. */
    private record Known(String model, long version, List<Lineage> lineage, List<String> teachers) {
        static Known of(Picture picture, String model, long version) {
            return new Known(
                    model,
                    version,
                    picture.lineage(model, version),
                    picture.teachersOf(model, version));
        }

        boolean isComplete() {
            return !lineage.isEmpty() && lineage.get(lineage.size() - 1).getVersion() == version;
        }
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        Optional<String> model = parameter(exchange, "model");
        Optional<String> version = parameter(exchange, "version");
        if (model.isEmpty() || !version.orElse("").matches("[1-9][0-9]{0,17}")) {
            Json.error(exchange, 400, "name a version: /api/version?model=NAME&version=N");
            return;
        }
        long number = Long.parseLong(version.get());
        ConsoleServer.answer(
                exchange,
                live.ask((picture, now) -> Known.of(picture, model.get(), number))
                        .thenApply(this::told));
    }

    private Map<String, Object> told(Known known) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("model", known.model);
        told.put("version", known.version);
        if (known.isComplete()) {
            Lineage own = known.lineage.get(known.lineage.size() - 1);
            told.put("lineage", RecordView.of(own));
            told.put("card", cards.card(known.model, known.version, known.lineage, known.teachers));
        }
        return told;
    }

    private static Optional<String> parameter(HttpServerExchange exchange, String name) {
        return Optional.ofNullable(exchange.getQueryParameters().get(name)).map(Deque::getFirst);
    }
}
