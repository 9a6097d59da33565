package io.decant.pipeline.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Passes the trace context of records on, as the header {@code traceparent} (W3C Trace Context,
 * section 3.2), and tells a collector what was done with each record that has one. A record without
 * a context costs a look at its headers; nothing here ever waits for the collector.
 * <i>Thread-safe.</i>
 */
public final class Traces implements AutoCloseable {
    /** Name of the header. */
    public static final String HEADER = "traceparent";

    /** Version, trace id, span id and flags. */
    private static final Pattern FORM =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final int CONTEXT_BYTES = 55;
    private static final long CLOSE_PATIENCE_SECONDS = 2;
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

    private static final TextMapGetter<Headers> READ =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(Headers headers) {
                    return List.of(HEADER);
                }

                @Override
                public String get(Headers headers, String key) {
                    Header header = headers == null ? null : headers.lastHeader(key);
                    return header == null || header.value() == null
                            ? null
                            : new String(header.value(), StandardCharsets.UTF_8);
                }
            };

    private final Optional<SdkTracerProvider> provider;
    private final Optional<Tracer> tracer;

    private Traces(Optional<SdkTracerProvider> provider) {
        this.provider = provider;
        tracer = provider.map(made -> made.get("io.decant"));
    }

    /**
     * Begins to tell, where there is somebody to tell.
     *
     * @param service as in topics and commands
     */
    public static Traces of(String service, TracingSettings settings) {
        return new Traces(
                settings.endpoint()
                        .map(
                                endpoint ->
                                        SdkTracerProvider.builder()
                                                .setResource(
                                                        Resource.create(
                                                                Attributes.of(
                                                                        SERVICE,
                                                                        "decant-" + service)))
                                                .addSpanProcessor(
                                                        BatchSpanProcessor.builder(
                                                                        OtlpHttpSpanExporter
                                                                                .builder()
                                                                                .setEndpoint(
                                                                                        endpoint)
                                                                                .build())
                                                                .setMaxQueueSize(
                                                                        settings.queuedSpans())
                                                                .build())
                                                .build()));
    }

    /** Whether a record belongs to a trace. */
    public static boolean isTraced(Headers headers) {
        return context(headers).isPresent();
    }

    /** Only what has the form: a producer's header must not make our records too large. */
    private static Optional<Header> context(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null
                        || header.value() == null
                        || header.value().length != CONTEXT_BYTES
                        || !FORM.matcher(new String(header.value(), StandardCharsets.US_ASCII))
                                .matches()
                ? Optional.empty()
                : Optional.of(header);
    }

    /**
     * What a record that follows from another carries, and what was done in between.
     *
     * @param from of the record that was worked on
     * @param what was done, such as {@code teacher.answer}
     * @param sinceMillis when that began, milliseconds since 1970
     * @param until when it ended
     * @param attributes facts about it
     * @return the headers of the next record: empty when the first has no context
     */
    public Headers next(
            Headers from, String what, long sinceMillis, Instant until, Attributes attributes) {
        Headers next = new RecordHeaders();
        Optional<Header> known = context(from);
        if (known.isEmpty()) {
            return next;
        }
        if (tracer.isEmpty()) {
            return next.add(known.get());
        }
        Context parent =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), from, READ);
        Span span =
                tracer.get()
                        .spanBuilder(what)
                        .setParent(parent)
                        .setSpanKind(SpanKind.CONSUMER)
                        .setAllAttributes(attributes)
                        .setStartTimestamp(
                                Math.min(sinceMillis, until.toEpochMilli()), TimeUnit.MILLISECONDS)
                        .startSpan();
        span.end(until);
        W3CTraceContextPropagator.getInstance()
                .inject(
                        parent.with(span),
                        next,
                        (headers, key, value) ->
                                headers.add(key, value.getBytes(StandardCharsets.UTF_8)));
        return next;
    }

    /** Tells what is still to be told, a bounded time. */
    @Override
    public void close() {
        provider.ifPresent(made -> made.shutdown().join(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
}
