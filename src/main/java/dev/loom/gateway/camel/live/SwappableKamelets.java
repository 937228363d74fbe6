package dev.loom.gateway.camel.live;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.kamelet.KameletConsumer;
import org.jspecify.annotations.Nullable;

/** {@code kamelet:} for Kamelets that are edited while they run; does what {@link SwappableDirect} does. */
public final class SwappableKamelets extends KameletComponent {

    private final Map<String, KameletConsumer> newest = new HashMap<>();
    private final Lock lock = new ReentrantLock();

    @Override
    public void addConsumer(String key, KameletConsumer consumer) {
        lock.lock();
        try {
            KameletConsumer before = newest.put(key, consumer);
            if (before != null) {
                super.removeConsumer(key, before);
            }
            super.addConsumer(key, consumer);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void removeConsumer(String key, KameletConsumer consumer) {
        lock.lock();
        try {
            if (newest.remove(key, consumer)) {
                super.removeConsumer(key, consumer);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Never sees the moment between two consumers. */
    @Override
    protected @Nullable KameletConsumer getConsumer(String key, boolean block, long timeout)
            throws InterruptedException {
        lock.lock();
        try {
            KameletConsumer consumer = newest.get(key);
            if (consumer != null) {
                return consumer;
            }
        } finally {
            lock.unlock();
        }
        return super.getConsumer(key, block, timeout);
    }
}
