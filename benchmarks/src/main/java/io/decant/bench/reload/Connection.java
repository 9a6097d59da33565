package io.decant.bench.reload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A kept-alive connection that speaks the binary tensor extension of the Open Inference Protocol. A
 * client of its own, because a general one costs more than what is measured. <i>Owned by one
 * thread.</i>
 */
final class Connection implements AutoCloseable {
    private static final int MAX_LINE = 8192;

    private final Socket socket;
    private final InputStream in;
    private final byte[] head;

    /**
     * What came back.
     *
     * @param version that answered; 0 when none did
     * @param logits [classes]; empty unless status is 200
     */
    record Answer(int status, long version, float[] logits) {}

    Connection(int port, String model, int inputBytes) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
        String json =
                "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,"
                        + inputBytes
                        + "],\"datatype\":\"UINT8\",\"parameters\":{\"binary_data_size\":"
                        + inputBytes
                        + "}}],\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"binary_data\":true}}]}";
        String headers =
                "POST /v2/models/"
                        + model
                        + "/infer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                        + "Inference-Header-Content-Length: "
                        + json.length()
                        + "\r\nContent-Length: "
                        + (json.length() + inputBytes)
                        + "\r\n\r\n";
        head = (headers + json).getBytes(StandardCharsets.US_ASCII);
    }

    Answer ask(byte[] input) throws IOException {
        byte[] request =
                ByteBuffer.allocate(head.length + input.length).put(head).put(input).array();
        socket.getOutputStream().write(request);
        String status = line();
        int code = Integer.parseInt(status.substring(9, 12));
        int length = 0;
        int json = 0;
        long version = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            String value = header.substring(colon + 1).strip();
            switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "inference-header-content-length" -> json = Integer.parseInt(value);
                case "decant-model-version" -> version = Long.parseLong(value);
                default -> {
                    // Of no interest here.
                }
            }
        }
        byte[] body = in.readNBytes(length);
        if (code != 200) {
            return new Answer(code, version, new float[0]);
        }
        float[] logits = new float[(length - json) / Float.BYTES];
        ByteBuffer.wrap(body, json, length - json)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(logits);
        return new Answer(code, version, logits);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > MAX_LINE) {
                throw new IOException("the gateway closed the connection or sent no HTTP");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
