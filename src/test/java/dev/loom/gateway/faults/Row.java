package dev.loom.gateway.faults;

/**
 * One kind of fault and what a client may notice of it.
 *
 * @param way over which of the gateway's providers the fault is met
 * @param whole what becomes of an answer that is not streamed; null: the fault does not exist there
 * @param streamed what becomes of a stream; null: the fault does not exist there
 */
record Row(String name, Way way, Expected whole, Expected streamed, Fault fault) {

    /** The ways to the fault. */
    enum Way {
        /** Through the proxy, with time enough. */
        PLAIN,
        /** Through the same proxy, with timeouts of 300 ms. */
        QUICK,
        /** Through the same proxy, which speaks no TLS, while the gateway does. */
        TLS_TO_PLAIN,
        /** Through a proxy that speaks TLS. */
        TLS,
        /** To a server whose certificate nobody trusts. */
        UNTRUSTED,
        /** To a server whose certificate names another host. */
        OTHER_HOST,
        /** To a port on which nobody listens. */
        REFUSED,
        /** To a port that takes no connection. */
        FULL;

        boolean isBeforeTheProxy() {
            return this == REFUSED || this == FULL;
        }

        /** The model that is served over this way, and then by the good provider. */
        String model() {
            return "m-" + name().toLowerCase().replace('_', '-');
        }
    }

    /** What a client gets. Whatever it is, it is never another client's. */
    enum Expected {
        /** The answer that came over the fault. */
        OWN,
        /** The next provider's. */
        NEXT,
        /** One or the other. */
        EITHER,
        /**
         * A stream that begins as its own and ends with an error event; or the next provider's, where the fault came so
         * soon that nothing was committed yet.
         */
        BROKEN,
        /** The provider's error, in OpenAI's shape. */
        RELAYED
    }

    static Row of(String name, Expected both, Fault fault) {
        return new Row(name, Way.PLAIN, both, both, fault);
    }

    static Row of(String name, Expected whole, Expected streamed, Fault fault) {
        return new Row(name, Way.PLAIN, whole, streamed, fault);
    }

    Row over(Way other) {
        return new Row(name, other, whole, streamed, fault);
    }

    @Override
    public String toString() {
        return name;
    }
}
