package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeterTest {

    private static final long NOON = Instant.parse("2026-03-28T12:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;

    private record Used(long at, long amount) {}

    @Test
    void a_sliding_window_never_forgets_what_is_younger_and_forgets_what_is_a_sixtieth_older() {
        Random random = new Random(1);
        SlidingMeter meter = new SlidingMeter(MINUTE, NOON);
        List<Used> all = new ArrayList<>();
        long now = NOON;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(3_000);
            long amount = random.nextInt(100);
            meter.add(now, amount);
            all.add(new Used(now, amount));
            long at = now;
            long least = all.stream()
                    .filter(u -> u.at > at - MINUTE)
                    .mapToLong(Used::amount)
                    .sum();
            long most = all.stream()
                    .filter(u -> u.at >= at - MINUTE - 1_000)
                    .mapToLong(Used::amount)
                    .sum();
            assertThat(meter.used(now)).isBetween(least, most);
            all.removeIf(u -> u.at < at - 2 * MINUTE);
        }
    }

    @Test
    void a_limit_of_which_nothing_is_used_is_full_now() {
        for (Meter meter : List.of(new SlidingMeter(MINUTE, NOON), new CalendarMeter(true, ZoneId.of("UTC"), NOON))) {
            assertThat(meter.millisUntilEmpty(NOON + 500)).isZero();
            meter.add(NOON + 500, 1);
            assertThat(meter.millisUntilEmpty(NOON + 500)).isGreaterThanOrEqualTo(MINUTE);
            meter.add(NOON + 500, -1);
            assertThat(meter.millisUntilEmpty(NOON + 500)).isZero();
        }
    }

    @Test
    void the_wait_that_is_told_is_long_enough_and_not_longer() {
        Random random = new Random(2);
        long now = NOON;
        SlidingMeter meter = new SlidingMeter(MINUTE, NOON);
        for (int i = 0; i < 200; i++) {
            now += random.nextInt(1_000);
            meter.add(now, 1 + random.nextInt(50));
            long used = meter.used(now);
            long wanted = 1 + random.nextInt((int) used);
            long wait = meter.millisUntilFreed(now, wanted);
            SlidingMeter later = new SlidingMeter(MINUTE, NOON);
            meter.pourInto(later, now);
            assertThat(later.used(now + wait - 1)).isGreaterThan(used - wanted);
            assertThat(later.used(now + wait)).isLessThanOrEqualTo(used - wanted);
        }
    }

    @Test
    void what_is_older_than_the_window_is_not_counted_and_a_clock_that_is_set_back_stands() {
        SlidingMeter meter = new SlidingMeter(MINUTE, NOON);
        meter.add(NOON - 2 * MINUTE, 5);
        assertThat(meter.used(NOON)).isZero();

        meter.add(NOON, 7);
        assertThat(meter.used(NOON - 10 * MINUTE)).isEqualTo(7);
    }

    @Test
    void a_day_begins_at_midnight_of_its_time_zone_also_when_the_clocks_change() {
        CalendarMeter meter = new CalendarMeter(false, ZoneId.of("Europe/Berlin"), NOON);
        meter.add(NOON, 5);
        long midnight = Instant.parse("2026-03-28T23:00:00Z").toEpochMilli();
        long next = Instant.parse("2026-03-29T22:00:00Z").toEpochMilli(); // a day of 23 hours

        assertThat(meter.used(midnight - 1)).isEqualTo(5);
        assertThat(meter.millisUntilFreed(NOON, 1)).isEqualTo(midnight - NOON);
        assertThat(meter.used(midnight)).isZero();
        assertThat(meter.millisOfWindow(midnight)).isEqualTo(next - midnight);
    }

    @Test
    void a_month_begins_with_its_first_day() {
        CalendarMeter meter = new CalendarMeter(true, ZoneId.of("UTC"), NOON);
        meter.add(NOON, 5);
        meter.add(Instant.parse("2026-02-28T23:59:59Z").toEpochMilli(), 100);

        assertThat(meter.used(Instant.parse("2026-03-31T23:59:59Z").toEpochMilli()))
                .isEqualTo(5);
        assertThat(meter.used(Instant.parse("2026-04-01T00:00:00Z").toEpochMilli()))
                .isZero();
    }

    /** Against java.time, day by day: also where clocks change, a day is skipped, or midnight is not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Europe/Berlin",
                "America/New_York",
                "Australia/Lord_Howe",
                "Asia/Kathmandu",
                "America/Sao_Paulo",
                "Africa/Cairo",
                "Pacific/Apia",
                "Asia/Beirut",
                "Pacific/Kiritimati"
            })
    void a_window_of_the_calendar_is_the_day_or_month_that_people_there_have(String name) {
        ZoneId zone = ZoneId.of(name);
        for (boolean months : new boolean[] {false, true}) {
            Random random = new Random(name.hashCode());
            long now = Instant.parse("2011-12-01T00:00:00Z").toEpochMilli();
            CalendarMeter meter = new CalendarMeter(months, zone, now);
            long expected = 0;
            LocalDate window = begin(now, zone, months);
            for (int i = 0; i < 5_000; i++) {
                now += random.nextInt(months ? 400_000_000 : 20_000_000);
                LocalDate next = begin(now, zone, months);
                expected = next.equals(window) ? expected : 0;
                window = next;
                assertThat(meter.used(now))
                        .as("%s %s", name, Instant.ofEpochMilli(now))
                        .isEqualTo(expected);
                int amount = random.nextInt(100);
                meter.add(now, amount);
                expected += amount;
                long end = now + meter.millisOfWindow(now);
                assertThat(begin(end, zone, months)).isNotEqualTo(window);
                assertThat(begin(end - 1, zone, months)).isEqualTo(window);
                assertThat(begin(meter.begin(now), zone, months)).isEqualTo(window);
                assertThat(begin(meter.begin(now) - 1, zone, months)).isNotEqualTo(window);
            }
        }
    }

    private static LocalDate begin(long at, ZoneId zone, boolean months) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(at), zone);
        return months ? day.withDayOfMonth(1) : day;
    }
}
