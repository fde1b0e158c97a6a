import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** The JDK's own {@link HttpClient} with {@code sendAsync}: what a careful programmer writes. */
final class HttpClientAsyncClient {
    private HttpClientAsyncClient() {}

    public static void main(String[] arguments) throws Exception {
        Measure measure = new Measure(arguments);
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        if (measure.ca() != null) {
            builder.sslContext(UrlConnectionClient.trust(measure.ca()));
        }
        HttpClient client = builder.build();
        String path = "/v1/service/service/%s/users/%s/auth";
        String url = measure.url() + String.format(path, Measure.SERVICE_ID, Measure.USER_ID);
        String body = String.format("{\"token\":\"%s\"}", Measure.TOKEN);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("X-Service-Auth", Measure.USERNAME + ":" + Measure.PASSWORD)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body))
                        .build();
        // A JSON parser would only add to it; the JDK has none.
        measure.runInFlight(
                () ->
                        client.sendAsync(request, BodyHandlers.ofString())
                                .thenApply(reply -> reply.body().contains("\"verified\":true")));
    }
}
