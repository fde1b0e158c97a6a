import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.exceptions.VerigatorException;

/**
 * The Java sample of the documentation's page "Starting User Authentication", completed with
 * credentials, the id of a service and the address of a server, all from the environment.
 */
public class StartAuthentication {
    public static final String API_USERNAME = System.getenv("VERIGATOR_USERNAME");
    public static final String API_PASSWORD = System.getenv("VERIGATOR_PASSWORD");
    public static final String API_URL = System.getenv("VERIGATOR_BASE_URL") + "/v1";
    public static final String VERIGATOR_SERVICE_ID = System.getenv("VERIGATOR_SERVICE_ID");
    public static final boolean USE_SMS = true;

    public static void main(String[] args) throws VerigatorException {
        Service service;

        // Initialize the Verigator API with your Messente API credentials
        Verigator verigator = new Verigator(API_USERNAME, API_PASSWORD, API_URL);

        // After creating the service, for all future requests you get Service instance like this:
        service = Service.get(verigator, VERIGATOR_SERVICE_ID);

        // Now you can start syncing your service's users to Verigator
        User user = service.registerUser("youremail@example.com", "+3725555555");

        // You can use SMS or TOTP (verification via Verigator app)
        if (USE_SMS) {
            user.authenticateUsingSMS();
        } else {
            user.authenticateUsingTotp();
        }
    }
}
