package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CoolDownTest {

    private final ManualTime time = new ManualTime();
    private final CoolDown coolDown = new CoolDown(time);

    @Test
    void it_ends_by_itself() {
        coolDown.extend(Duration.ofSeconds(5), Outcome.RATE_LIMITED);
        assertThat(coolDown.active()).isTrue();
        assertThat(coolDown.until()).isEqualTo(time.instant().plusSeconds(5));
        assertThat(coolDown.reason()).isEqualTo(Outcome.RATE_LIMITED);

        time.advance(Duration.ofSeconds(5));
        assertThat(coolDown.active()).isFalse();
        assertThat(coolDown.remaining()).isZero();
        assertThat(coolDown.until()).isNull();
        assertThat(coolDown.reason()).isNull();
    }

    @Test
    void a_longer_one_extends_it() {
        coolDown.extend(Duration.ofSeconds(5), Outcome.RATE_LIMITED);
        coolDown.extend(Duration.ofMinutes(30), Outcome.QUOTA);

        assertThat(coolDown.remaining()).isEqualTo(Duration.ofMinutes(30));
        assertThat(coolDown.reason()).isEqualTo(Outcome.QUOTA);
    }

    @Test
    void a_shorter_one_does_not_cut_it() {
        coolDown.extend(Duration.ofMinutes(30), Outcome.CREDENTIAL);
        coolDown.extend(Duration.ofSeconds(5), Outcome.RATE_LIMITED);

        assertThat(coolDown.remaining()).isEqualTo(Duration.ofMinutes(30));
        assertThat(coolDown.reason()).isEqualTo(Outcome.CREDENTIAL);
    }

    @Test
    void after_the_end_a_short_one_counts_again() {
        coolDown.extend(Duration.ofMinutes(30), Outcome.CREDENTIAL);
        time.advance(Duration.ofMinutes(31));
        coolDown.extend(Duration.ofSeconds(5), Outcome.RATE_LIMITED);

        assertThat(coolDown.remaining()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void it_lasts_a_day_at_most() {
        coolDown.extend(Duration.ofSeconds(Long.MAX_VALUE), Outcome.RATE_LIMITED);

        assertThat(coolDown.remaining()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void an_operator_may_end_it() {
        coolDown.extend(Duration.ofHours(1), Outcome.QUOTA);
        coolDown.clear();

        assertThat(coolDown.active()).isFalse();
    }

    @Test
    void the_longest_of_many_at_once_wins() throws Exception {
        Threads.together(16, thread -> () -> {
            coolDown.extend(Duration.ofSeconds(1 + thread), Outcome.RATE_LIMITED);
            return null;
        });
        assertThat(coolDown.remaining()).isEqualTo(Duration.ofSeconds(16));
    }

    @Test
    void how_long_it_lasts_depends_on_the_outcome() {
        Duration asked = Duration.ofSeconds(20);
        assertThat(CoolDown.lengthAfter(Outcome.RATE_LIMITED, asked)).isEqualTo(asked);
        assertThat(CoolDown.lengthAfter(Outcome.RATE_LIMITED, null)).isEqualTo(Duration.ofSeconds(5));
        assertThat(CoolDown.lengthAfter(Outcome.QUOTA, asked)).isEqualTo(Duration.ofMinutes(30));
        assertThat(CoolDown.lengthAfter(Outcome.QUOTA, Duration.ofHours(2))).isEqualTo(Duration.ofHours(2));
        assertThat(CoolDown.lengthAfter(Outcome.CREDENTIAL, null)).isEqualTo(Duration.ofMinutes(30));
        assertThat(CoolDown.lengthAfter(Outcome.TRANSIENT, asked)).isZero();
        assertThat(CoolDown.lengthAfter(Outcome.SUCCESS, null)).isZero();
    }
}
