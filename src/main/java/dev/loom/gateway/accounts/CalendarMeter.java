package dev.loom.gateway.accounts;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** The day or month of now, as a calendar has it in one time zone. */
final class CalendarMeter extends Meter {

    private final boolean months;
    private final ZoneId zone;
    private long begin;
    private long end;
    private long total;

    /** @param months false: days */
    CalendarMeter(boolean months, ZoneId zone, long now) {
        this.months = months;
        this.zone = zone;
        start(now);
    }

    /** A day begins with its first moment, which is not midnight where the clocks change then. */
    private void start(long now) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(now), zone);
        LocalDate first = months ? day.withDayOfMonth(1) : day;
        LocalDate next = months ? first.plusMonths(1) : first.plusDays(1);
        begin = first.atStartOfDay(zone).toInstant().toEpochMilli();
        end = next.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    private void turn(long now) {
        if (now >= end) {
            start(now);
            total = 0;
        }
    }

    @Override
    long used(long now) {
        turn(now);
        return Math.max(0, total);
    }

    @Override
    void add(long at, long amount) {
        turn(at);
        if (at >= begin) {
            total += amount;
        }
    }

    @Override
    long millisUntilFreed(long now, long amount) {
        turn(now);
        return amount <= 0 ? 0 : end - now;
    }

    @Override
    long millisOfWindow(long now) {
        turn(now);
        return end - now;
    }

    @Override
    long slice() {
        return 0;
    }

    @Override
    long begin(long now) {
        turn(now);
        return begin;
    }

    @Override
    void pourInto(Meter other, long now) {
        turn(now);
        other.add(begin, total);
    }

    @Override
    void clear() {
        total = 0;
    }
}
