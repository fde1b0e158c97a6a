import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterInputStream;

/**
 * Runs another class's main method with a standard input that never says how much there is to read:
 * Wine 8 fails when Java asks that of a pipe which no program of Wine's own has made. For the
 * trials under Wine only.
 */
public final class PlainInput {
    private PlainInput() {}

    public static void main(String[] args) throws Exception {
        System.setIn(
                new FilterInputStream(new FileInputStream(FileDescriptor.in)) {
                    @Override
                    public int available() {
                        return 0;
                    }
                });
        Class.forName(args[0])
                .getMethod("main", String[].class)
                .invoke(null, (Object) new String[0]);
    }
}
