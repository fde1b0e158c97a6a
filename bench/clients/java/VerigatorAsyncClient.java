import com.messente.verigator.User;
import com.messente.verigator.serializers.VerificationResponse;

/** This library's futures: one client, and as many calls in flight as there are to be threads. */
final class VerigatorAsyncClient {
    private VerigatorAsyncClient() {}

    public static void main(String[] arguments) throws Exception {
        Measure measure = new Measure(arguments);
        User user = VerigatorClient.user(measure);
        measure.runInFlight(
                () ->
                        user.verifyPinAsync(Measure.TOKEN)
                                .thenApply(VerificationResponse::isVerified));
    }
}
