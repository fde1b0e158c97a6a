import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.VerigatorBuilder;
import java.nio.file.Path;

/** This library from Java: one client, which all threads share. */
final class VerigatorClient {
    private VerigatorClient() {}

    public static void main(String[] arguments) throws Exception {
        Measure measure = new Measure(arguments);
        User user = user(measure);
        measure.run(() -> user.verifyPin(Measure.TOKEN).isVerified());
    }

    /** Whose token is verified. */
    static User user(Measure measure) {
        VerigatorBuilder builder =
                Verigator.builder(Measure.USERNAME, Measure.PASSWORD).baseUrl(measure.url());
        if (measure.ca() != null) {
            builder.caFile(Path.of(measure.ca()));
        }
        return new User(new Service(Measure.SERVICE_ID, builder.build()), Measure.USER_ID);
    }
}
