package dev.loom.gateway.testing;

import java.io.Closeable;

/** What may keep a server away from its clients, and how that ends. */
public enum StoreFailure {
    FROZEN {
        @Override
        void begin(Scene scene) {
            scene.server.freeze();
        }

        @Override
        void end(Scene scene) {
            scene.server.thaw();
        }
    },
    KILLED_AND_EMPTY {
        @Override
        void begin(Scene scene) {
            scene.server.kill();
        }

        @Override
        void end(Scene scene) {
            scene.server.restart();
        }
    },
    FULL_QUEUE {
        @Override
        void begin(Scene scene) {
            scene.link.fallSilent();
        }

        @Override
        void end(Scene scene) {
            scene.link.speak();
        }
    },
    OTHER_PASSWORD {
        @Override
        void begin(Scene scene) {
            scene.server.cli("CONFIG", "SET", "requirepass", "other");
            scene.server.cli("-a", "other", "CLIENT", "KILL", "TYPE", "normal");
            scene.server.cli("-a", "other", "CLIENT", "KILL", "TYPE", "pubsub");
        }

        @Override
        void end(Scene scene) {
            scene.server.cli("-a", "other", "CONFIG", "SET", "requirepass", "");
        }
    },
    REPLICA_UNTIL_PROMOTED {
        @Override
        void begin(Scene scene) {
            scene.server.cli("REPLICAOF", "127.0.0.1", "1");
        }

        @Override
        void end(Scene scene) {
            scene.server.cli("REPLICAOF", "NO", "ONE");
        }
    };

    abstract void begin(Scene scene);

    abstract void end(Scene scene);

    /** A server behind a link, both of which a test may spoil. */
    public static final class Scene implements Closeable {

        private final RedisServer server = RedisServer.start();
        private final SilentLink link = new SilentLink(server.port());

        public RedisServer server() {
            return server;
        }

        public SilentLink link() {
            return link;
        }

        /** By way of the link. */
        public String url() {
            return "redis://127.0.0.1:" + link.port();
        }

        public void begin(StoreFailure failure) {
            failure.begin(this);
        }

        public void end(StoreFailure failure) {
            failure.end(this);
        }

        @Override
        public void close() {
            server.thaw();
            link.close();
            server.close();
        }
    }
}
