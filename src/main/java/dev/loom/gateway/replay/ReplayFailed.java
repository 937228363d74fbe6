package dev.loom.gateway.replay;

/** A file cannot be read or says something that cannot be replayed. The message says where and what, a line each. */
final class ReplayFailed extends Exception {

    ReplayFailed(String message) {
        super(message, null, false, false);
    }
}
