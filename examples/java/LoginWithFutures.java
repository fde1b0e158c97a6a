import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Registers several users at once and logs one of them in, with credentials, the id of a service
 * and the address of a server from the environment. No thread waits for the service.
 */
public class LoginWithFutures {
    private static final int USERS = 8;

    public static void main(String[] args) {
        // What hangs on a future may wait for a person here, so it runs on threads of our own.
        ExecutorService executor = Executors.newCachedThreadPool();
        try (Verigator verigator = Verigator.builderFromEnvironment().executor(executor).build()) {
            Service service = new Service(System.getenv("VERIGATOR_SERVICE_ID"), verigator);

            // All of these are under way at the same time.
            List<CompletableFuture<User>> users = new ArrayList<>();
            for (int number = 0; number < USERS; number++) {
                String name = "user" + number + "@example.com";
                users.add(service.registerUserAsync(name, "+372555550" + number));
            }
            CompletableFuture.allOf(users.toArray(new CompletableFuture<?>[0])).join();
            System.out.println(USERS + " users registered");

            // One step begins when the one before has ended; a failure of any ends them all.
            User user = users.get(0).join();
            user.authenticateUsingSMSAsync()
                    .thenCompose(started -> user.verifyPinAsync(ask("PIN: "), started))
                    .thenAccept(answer -> System.out.println(answer.isVerified() ? "yes" : "no"))
                    .join();
        } finally {
            executor.shutdown();
        }
    }

    private static String ask(String question) {
        System.out.print(question);
        System.out.flush();
        return new Scanner(System.in).nextLine();
    }
}
