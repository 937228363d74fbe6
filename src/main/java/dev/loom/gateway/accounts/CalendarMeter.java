package dev.loom.gateway.accounts;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

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
        begin(now);
    }

    private void begin(long now) {
        ZonedDateTime day = Instant.ofEpochMilli(now).atZone(zone).truncatedTo(ChronoUnit.DAYS);
        ZonedDateTime first = months ? day.withDayOfMonth(1) : day;
        begin = first.toInstant().toEpochMilli();
        end = (months ? first.plusMonths(1) : first.plusDays(1)).toInstant().toEpochMilli();
    }

    private void turn(long now) {
        if (now >= end) {
            begin(now);
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
    void pourInto(Meter other, long now) {
        turn(now);
        other.add(begin, total);
    }

    @Override
    void clear() {
        total = 0;
    }
}
