package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("a system property")
class CarriersTest {

    private static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";

    private String before;

    @BeforeEach
    void forget() {
        before = System.clearProperty(PROPERTY);
    }

    @AfterEach
    void putBack() {
        System.clearProperty(PROPERTY);
        if (before != null) {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void three_carriers_for_each_processor() {
        Carriers.use();
        assertThat(Integer.getInteger(PROPERTY))
                .isEqualTo(3 * Runtime.getRuntime().availableProcessors());
    }

    @Test
    void who_has_set_the_property_of_the_jvm_keeps_it() {
        System.setProperty(PROPERTY, "2");
        Carriers.use();
        assertThat(System.getProperty(PROPERTY)).isEqualTo("2");
    }
}
