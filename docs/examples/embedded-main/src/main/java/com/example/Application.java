package com.example;

import org.apache.camel.main.Main;

/** An ordinary Camel application. Nothing here knows of the gateway. */
public final class Application {

    private Application() {}

    public static void main(String[] args) throws Exception {
        System.exit(new Main(Application.class).run(args));
    }
}
