package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.traffic.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Memory is given back once after each load, and never while somebody asks. */
class IdleCollectionTest {

    private final ManualTime time = new ManualTime();
    private long begun;
    private int underWay;
    private int collected;
    private final IdleCollection idle =
            new IdleCollection(Duration.ofSeconds(30), () -> begun, () -> underWay, time, () -> collected++);

    private void lookEachSecond(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advance(Duration.ofSeconds(1));
            idle.look();
        }
    }

    @Test
    void it_collects_once_after_the_start() {
        lookEachSecond(29);
        assertThat(collected).isZero();
        lookEachSecond(100);
        assertThat(collected).isOne();
    }

    @Test
    void it_collects_once_after_each_load() {
        lookEachSecond(31);
        for (int load = 0; load < 3; load++) {
            begun += 5;
            lookEachSecond(100);
        }
        assertThat(collected).isEqualTo(1 + 3);
    }

    @Test
    void a_request_every_twenty_seconds_puts_it_off() {
        for (int i = 0; i < 20; i++) {
            begun++;
            lookEachSecond(20);
        }
        assertThat(collected).isZero();
    }

    @Test
    void a_long_stream_puts_it_off() {
        begun++;
        underWay = 1;
        lookEachSecond(300);
        assertThat(collected).isZero();
        underWay = 0;
        lookEachSecond(31);
        assertThat(collected).isOne();
    }
}
