import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Logs in all who connect to it, at once and on one thread, whose loop is a {@link Selector}'s: it
 * waits for their sockets and for the service. It ends when eight have come and gone. Credentials,
 * the id of a service and the address of a server are those of the environment.
 */
public class LoginsOnASelector {
    private final Selector selector;
    private final Service service;
    private int left = 8;

    private LoginsOnASelector(Selector selector, Service service) {
        this.selector = selector;
        this.service = service;
    }

    public static void main(String[] args) throws IOException {
        // What the loop is to run: the client puts its ended calls here, and wakes the loop.
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        try (Selector selector = Selector.open();
                ServerSocketChannel door = ServerSocketChannel.open();
                Verigator verigator =
                        Verigator.builderFromEnvironment()
                                .executor(
                                        task -> {
                                            tasks.add(task);
                                            selector.wakeup();
                                        })
                                .build()) {
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("Port " + door.socket().getLocalPort());
            Service service = new Service(System.getenv("VERIGATOR_SERVICE_ID"), verigator);
            new LoginsOnASelector(selector, service).run(door, tasks);
        }
    }

    /** The loop. What is ready has what to do about it attached. */
    private void run(ServerSocketChannel door, Queue<Runnable> tasks) throws IOException {
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT, (Runnable) () -> welcome(door));
        while (left > 0) {
            selector.select(key -> ((Runnable) key.attachment()).run());
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** Lets somebody in. All that follows runs in the loop, and none of it waits. */
    private void welcome(ServerSocketChannel door) {
        try {
            SocketChannel visitor = door.accept();
            visitor.configureBlocking(false);
            ask(visitor, "Phone number: ")
                    .thenCompose(number -> service.registerUserAsync(number, number))
                    .thenCompose(user -> logIn(visitor, user))
                    .exceptionally(failure -> "Sorry, not now.")
                    .thenAccept(answer -> dismiss(visitor, answer));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private CompletableFuture<String> logIn(SocketChannel visitor, User user) {
        return user.authenticateUsingSMSAsync()
                .thenCompose(
                        started ->
                                ask(visitor, "PIN: ")
                                        .thenCompose(pin -> user.verifyPinAsync(pin, started)))
                .thenApply(answer -> answer.isVerified() ? "Welcome!" : "Denied.");
    }

    /** Asks for a line, and has the loop read it. */
    private CompletableFuture<String> ask(SocketChannel visitor, String question) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        ByteBuffer line = ByteBuffer.allocate(64);
        try {
            say(visitor, question);
            visitor.register(
                    selector, SelectionKey.OP_READ, (Runnable) () -> read(visitor, line, answer));
        } catch (IOException error) {
            answer.completeExceptionally(error);
        }
        return answer;
    }

    private void read(SocketChannel visitor, ByteBuffer line, CompletableFuture<String> answer) {
        try {
            if (visitor.read(line) < 0) {
                throw new EOFException("hung up");
            }
            String said = StandardCharsets.UTF_8.decode(line.duplicate().flip()).toString();
            if (said.endsWith("\n") || !line.hasRemaining()) {
                visitor.keyFor(selector).interestOps(0);
                answer.complete(said.trim());
            }
        } catch (IOException error) {
            answer.completeExceptionally(error);
        }
    }

    private void dismiss(SocketChannel visitor, String answer) {
        left--;
        try (visitor) {
            say(visitor, answer + "\n");
        } catch (IOException gone) {
            System.err.println("a visitor left: " + gone.getMessage());
        }
    }

    /** So little fits into what the system keeps for a socket. */
    private static void say(SocketChannel visitor, String text) throws IOException {
        visitor.write(StandardCharsets.UTF_8.encode(text));
    }
}
