package io.decant.cli.deadletters;

import io.decant.pipeline.record.RecordView;
import io.decant.records.DeadLetter;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Letters as maps of plain values, fit to be shown. <i>Thread-safe: all methods are pure.</i> */
public final class LetterView {
    private LetterView() {}

    /**
     * What a list tells of a letter.
     *
     * @param mark who sent its record again
     */
    public static Map<String, Object> line(Letter letter, Optional<Letter> mark) {
        DeadLetter content = letter.content();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("letter", letter.id().toString());
        view.put("at", Instant.ofEpochMilli(content.getAtMillis()).toString());
        view.put("stage", content.getStage());
        view.put("reason", content.getReason().name());
        view.put("detail", content.getDetail());
        view.put("topic", content.getTopic());
        view.put("partition", content.getPartition());
        view.put("offset", content.getOffset());
        view.put("timestamp", Instant.ofEpochMilli(content.getTimestampMillis()).toString());
        view.put("key", letter.key() == null ? null : RecordView.text(letter.key()));
        view.put("redriven", mark.map(LetterView::mark).orElse(null));
        return view;
    }

    /** Everything, the record's bytes too. */
    public static Map<String, Object> whole(Letter letter, Optional<Letter> mark) {
        Map<String, Object> view = line(letter, mark);
        Map<String, Object> headers = new LinkedHashMap<>();
        letter.headers()
                .forEach(
                        header ->
                                headers.put(
                                        header.key(),
                                        header.value() == null
                                                ? null
                                                : RecordView.text(header.value())));
        view.put("headers", headers);
        view.put("value", letter.value() == null ? null : HexFormat.of().formatHex(letter.value()));
        return view;
    }

    /** Who sent a record again, when, where to and why. */
    public static Map<String, Object> mark(Letter mark) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("at", Instant.ofEpochMilli(mark.content().getAtMillis()).toString());
        view.put("author", mark.content().getRedriven().getAuthor());
        view.put("reason", mark.content().getRedriven().getReason());
        view.put("toPartition", mark.content().getRedriven().getToPartition());
        return view;
    }
}
