import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends while calls wait for a service that says nothing, in the way that HOW in the environment
 * names.
 */
public class EndWithCallsUnderWay {
    private static final int CALLS = 64;

    /** What is held is not collected, and not closed. */
    private static final List<Object> HELD = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        ServerSocket silent = new ServerSocket(0, 2 * CALLS, InetAddress.getLoopbackAddress());
        Verigator verigator =
                Verigator.builder("user", "password")
                        .baseUrl("http://127.0.0.1:" + silent.getLocalPort())
                        .build();
        HELD.add(verigator);
        User user = new User(new Service("s1", verigator), "u1");
        for (int call = 0; call < CALLS; call++) {
            user.verifyPinAsync("123456")
                    .whenComplete((answer, failure) -> System.out.println("!"));
        }
        Thread waiting = new Thread(() -> block(user));
        waiting.setDaemon(true);
        waiting.start();
        for (int call = 0; call <= CALLS; call++) {
            Socket connection = silent.accept();
            HELD.add(connection);
            // The request is under way once its first byte is here.
            connection.getInputStream().read();
        }
        System.out.println("waiting");
        if (System.getenv("HOW").equals("exit")) {
            System.exit(7);
        }
    }

    private static void block(User user) {
        try {
            user.verifyPin("123456");
        } catch (Exception end) {
            System.out.println("!");
        }
    }
}
