package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.yaml.Suggestion;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.component.bean.MethodNotFoundException;

/** What an exception says at the bottom, for a line of the log. */
public final class Reason {

    /** What Java appends to the name of a class where an object has no text of its own. */
    private static final Pattern IDENTITY = Pattern.compile("(?<=\\w)@(?:0x)?[0-9a-f]{4,16}\\b(?!\\.\\w)");

    private Reason() {}

    /** On one line: the last cause, which is what really happened; Camel wraps it several times. */
    public static String of(Throwable thrown) {
        Throwable last = thrown;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        if (last instanceof MethodNotFoundException missing && missing.getBean() != null) {
            return noMethod(
                    missing.getMethodName().split("\\(", 2)[0].strip(),
                    missing.getBean().getClass());
        }
        String message = last.getMessage();
        return message == null || message.isBlank() ? thrownAt(last) : onOneLine(message);
    }

    /** An exception that says nothing is known by where it was thrown. */
    private static String thrownAt(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        return thrown.getClass().getSimpleName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }

    /** That a bean of this class does not have a method, and which it has. */
    public static String noMethod(String name, Class<?> bean) {
        Set<String> methods = Arrays.stream(bean.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        return "the bean has no method '" + name + "'"
                + Suggestion.of(name, methods, "it has: " + String.join(", ", methods));
    }

    /** Without the line of some messages that only has a mark below the place of a mistake, and without identities of objects. */
    public static String onOneLine(String text) {
        return IDENTITY.matcher(text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.equals("*") && !line.equals("^"))
                        .collect(Collectors.joining(" ")))
                .replaceAll("");
    }
}
