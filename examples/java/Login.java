import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.serializers.AuthenticationResponse;
import java.util.Scanner;

/**
 * A login from end to end: registers a service and a user, sends a PIN, and checks what was typed.
 *
 * <p>VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit
 * code is 0 for a yes, 1 for a no, and 2 when the service could not be asked.
 */
public class Login {
    public static void main(String[] args) {
        try (Verigator verigator = Verigator.builderFromEnvironment().build()) {
            boolean verified = registerAndLogIn(verigator);
            System.out.println(verified ? "Welcome!" : "Denied.");
            System.exit(verified ? 0 : 1);
        } catch (VerigatorException | IllegalArgumentException failure) {
            System.err.println(failure.getMessage());
            System.exit(2);
        }
    }

    /** Registers Jane, logs her in, and takes everything back, also when that fails. */
    private static boolean registerAndLogIn(Verigator verigator) throws VerigatorException {
        Service service = verigator.createService("Example shop", "shop.example.com");
        try {
            return logIn(service.registerUser("jane@example.com", "+3725555555"));
        } finally {
            service.delete();
        }
    }

    /** Sends this user a PIN and gives them three attempts at typing it. */
    private static boolean logIn(User user) throws VerigatorException {
        Scanner keyboard = new Scanner(System.in);
        AuthenticationResponse authentication = user.authenticateUsingTotp();
        for (int i = 0; i < 3; i++) {
            System.out.print(authentication.getMethod() + " PIN: ");
            String pin = keyboard.hasNextLine() ? keyboard.nextLine() : "";
            if (user.verifyPin(pin, authentication).isVerified()) {
                return true;
            }
            System.out.println("That is not it.");
        }
        return false;
    }
}
