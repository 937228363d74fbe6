package dev.loom.gateway.camel.port;

/** The gateway's version, as {@code pom.xml} says it; a test holds the two together. */
public final class Version {

    public static final String NUMBER = "0.1.0";

    private Version() {}
}
