package dev.loom.gateway.testing;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Copies of records, so that a test names only what it is about. */
public final class Records {

    private Records() {}

    /** @param changes name of a component, its value, and so on */
    @SuppressWarnings("unchecked")
    public static <R extends Record> R with(R original, Object... changes) {
        Map<Object, Object> changed = new HashMap<>();
        for (int i = 0; i < changes.length; i += 2) {
            changed.put(changes[i], changes[i + 1]);
        }
        try {
            RecordComponent[] components = original.getClass().getRecordComponents();
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                String name = components[i].getName();
                boolean kept = !changed.containsKey(name);
                values[i] = kept ? components[i].getAccessor().invoke(original) : changed.remove(name);
            }
            if (!changed.isEmpty()) {
                throw new IllegalArgumentException("No components of " + original.getClass() + ": " + changed.keySet());
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return (R) original.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
