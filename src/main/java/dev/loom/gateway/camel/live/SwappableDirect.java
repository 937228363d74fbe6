package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.observe.RouteSteps;
import dev.loom.gateway.camel.port.RequestMdc;
import dev.loom.gateway.camel.request.Facts;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.direct.DirectProducer;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * {@code direct:} for routes that are replaced while they run. Camel allows an endpoint one consumer and lets a producer
 * fail while there is none; here the newest consumer of an endpoint gets what comes next, and those before it finish what
 * they have. A route whose steps are all disabled is passed by, and costs nothing.
 */
public final class SwappableDirect extends DirectComponent {

    private final Map<String, DirectConsumer> newest = new HashMap<>();
    private final Set<String> idle = ConcurrentHashMap.newKeySet();
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
            if (RouteSteps.hasNone(consumer.getRoute())) {
                idle.add(key);
            } else {
                idle.remove(key);
            }
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
                idle.remove(key);
            }
        } finally {
            pointer.unlock();
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        String key = StringHelper.before(uri, "?", uri);
        DirectEndpoint endpoint = new DirectEndpoint(uri, this) {
            @Override
            public Producer createProducer() {
                return new Passing(this, key);
            }
        };
        endpoint.setBlock(isBlock());
        endpoint.setTimeout(getTimeout());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Passes a route by that does nothing. */
    private final class Passing extends DirectProducer {

        private final String key;

        Passing(DirectEndpoint endpoint, String key) {
            super(endpoint, key);
            this.key = key;
        }

        /** A copy, such as that of a wire tap, comes on a thread of its own, which does not know the request yet. */
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (idle.contains(key)) {
                callback.done(true);
                return true;
            }
            String id = RequestMdc.isThere() ? null : exchange.getProperty(Facts.REQUEST_ID, String.class);
            if (id == null) {
                return super.process(exchange, callback);
            }
            String before = RequestMdc.put(id);
            try {
                return super.process(exchange, callback);
            } finally {
                RequestMdc.restore(before);
            }
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
