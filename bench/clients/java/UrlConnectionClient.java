import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * {@link HttpURLConnection} as the official Java client uses it: the reply is read line by line,
 * its stream closed, and the connection disconnected; the JDK keeps it for the next call all the
 * same.
 */
final class UrlConnectionClient {
    private UrlConnectionClient() {}

    public static void main(String[] arguments) throws Exception {
        Measure measure = new Measure(arguments);
        if (measure.ca() != null) {
            HttpsURLConnection.setDefaultSSLSocketFactory(trust(measure.ca()).getSocketFactory());
        }
        String path = "/v1/service/service/%s/users/%s/auth";
        String url = measure.url() + String.format(path, Measure.SERVICE_ID, Measure.USER_ID);
        String body = String.format("{\"token\":\"%s\"}", Measure.TOKEN);
        // A JSON parser would only add to it; the JDK has none.
        measure.run(() -> put(url, body).contains("\"verified\":true"));
    }

    private static String put(String url, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setDoOutput(true);
        connection.setRequestMethod("PUT");
        String credentials = Measure.USERNAME + ":" + Measure.PASSWORD;
        connection.setRequestProperty("X-Service-Auth", credentials);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream output = connection.getOutputStream()) {
            output.write(body.getBytes(StandardCharsets.UTF_8));
        }
        String reply = read(connection.getInputStream());
        connection.disconnect();
        return reply;
    }

    private static String read(InputStream stream) throws IOException {
        StringBuilder reply = new StringBuilder();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                reply.append(line);
            }
        }
        return reply.toString();
    }

    static SSLContext trust(String ca) throws Exception {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(ca))) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            authorities.setCertificateEntry("authority", factory.generateCertificate(pem));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
