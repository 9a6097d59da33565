package io.decant.console.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page's files, read once from the class path. Their folder's name is a digest of all of them,
 * so that a browser may keep them for ever. <i>Immutable.</i>
 */
final class Assets {
    private static final String CHART_JS =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";
    private static final String PAGE = "/io/decant/console/page/";
    private static final List<String> FILES =
            List.of(
                    "page.css",
                    "tables.css",
                    "theme.js",
                    "app.js",
                    "stream.js",
                    "store.js",
                    "dom.js",
                    "format.js",
                    "flow.js",
                    "curves.js",
                    "happened.js",
                    "versions.js",
                    "gateways.js",
                    "letters.js",
                    "orders.js");
    private static final String FOLDER_MARK = "ASSETS";
    private static final int NAME_DIGITS = 16;

    private final Map<String, File> files = new LinkedHashMap<>();
    private final File index;

    /** What is sent. */
    record File(String type, byte[] bytes, String etag) {}

    Assets() {
        MessageDigest all = sha256();
        Map<String, byte[]> contents = new LinkedHashMap<>();
        FILES.forEach(name -> contents.put(name, bytes(PAGE + name)));
        contents.put("chart.js", bytes(CHART_JS));
        contents.values().forEach(all::update);
        String folder = HexFormat.of().formatHex(all.digest()).substring(0, NAME_DIGITS);
        contents.forEach(
                (name, content) ->
                        files.put(
                                "/assets/" + folder + "/" + name,
                                file(
                                        name.endsWith(".css")
                                                ? "text/css;charset=utf-8"
                                                : "text/javascript;charset=utf-8",
                                        content)));
        String html = new String(bytes(PAGE + "index.html"), StandardCharsets.UTF_8);
        index =
                file(
                        "text/html;charset=utf-8",
                        html.replace(FOLDER_MARK, "assets/" + folder)
                                .getBytes(StandardCharsets.UTF_8));
    }

    File index() {
        return index;
    }

    /** A file by its whole path; empty when there is none. */
    Optional<File> at(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static File file(String type, byte[] bytes) {
        String digest = HexFormat.of().formatHex(sha256().digest(bytes));
        return new File(type, bytes, "\"" + digest.substring(0, 2 * NAME_DIGITS) + "\"");
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("there is no " + resource + " on the class path");
            }
            return in.readAllBytes();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
