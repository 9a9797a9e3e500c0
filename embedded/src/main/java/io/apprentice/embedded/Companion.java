package io.apprentice.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Main class of a child process that must not outlive its parent, however the parent ends. It runs another main class,
 * and exits when standard input ends. It is started from a copy of its own class file and uses only the JDK.
 */
final class Companion {

    private static final long EXIT_MILLIS = 4000;

    private Companion() {}

    /** Runs the main class in the first argument with the other arguments. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread watch = new Thread(Companion::exitAtEndOfInput, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(args, 1, args.length));
    }

    private static void exitAtEndOfInput() {
        try (InputStream parent = System.in) {
            while (parent.read() >= 0) {
                // the parent sends no data
            }
        } catch (IOException gone) {
            System.err.println("parent: " + gone);
        }
        new Thread(() -> System.exit(0), "exit").start();
        try {
            Thread.sleep(EXIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1); // even if something still delays the exit
    }
}
