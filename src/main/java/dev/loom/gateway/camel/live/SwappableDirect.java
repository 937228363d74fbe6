package dev.loom.gateway.camel.live;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code direct:} for routes that are replaced while they run. Camel allows an endpoint one consumer and lets a producer
 * fail while there is none; here the newest consumer of an endpoint gets what comes next, and those before it finish what
 * they have.
 */
public final class SwappableDirect extends DirectComponent {

    private final Map<String, DirectConsumer> newest = new HashMap<>();
    private final Lock pointer = new ReentrantLock();

    @Override
    public void addConsumer(String key, DirectConsumer consumer) {
        pointer.lock();
        try {
            DirectConsumer before = newest.put(key, consumer);
            if (before != null) {
                super.removeConsumer(key, before);
            }
            super.addConsumer(key, consumer);
        } finally {
            pointer.unlock();
        }
    }

    @Override
    public void removeConsumer(String key, DirectConsumer consumer) {
        pointer.lock();
        try {
            if (newest.remove(key, consumer)) {
                super.removeConsumer(key, consumer);
            }
        } finally {
            pointer.unlock();
        }
    }

    /** Never sees the moment between two consumers. */
    @Override
    protected @Nullable DirectConsumer getConsumer(String key, boolean block, long timeout)
            throws InterruptedException {
        pointer.lock();
        try {
            DirectConsumer consumer = newest.get(key);
            if (consumer != null) {
                return consumer;
            }
        } finally {
            pointer.unlock();
        }
        return super.getConsumer(key, block, timeout);
    }
}
