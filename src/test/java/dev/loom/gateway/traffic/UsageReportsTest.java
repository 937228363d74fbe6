package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.testing.CapturedLog;
import org.junit.jupiter.api.Test;

class UsageReportsTest {

    private final ManualTime time = new ManualTime();
    private final UsageReports reports = new UsageReports("main", time);

    @Test
    void what_can_be_is_believed() {
        Usage longest = new Usage(UsageReports.MOST, UsageReports.MOST, 0);

        assertThat(reports.believed(longest)).isEqualTo(longest);
        assertThat(reports.believed(null)).isNull();
    }

    @Test
    void more_than_can_be_counts_as_no_report() {
        assertThat(reports.believed(new Usage(UsageReports.MOST + 1, 1, 0))).isNull();
        assertThat(reports.believed(new Usage(1, UsageReports.MOST + 1, 0))).isNull();
        assertThat(reports.believed(new Usage(Long.MAX_VALUE, Long.MAX_VALUE, 0)))
                .isNull();
    }

    @Test
    void the_log_tells_of_it_once_a_minute() {
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 10; i++) {
                reports.believed(new Usage(1, Long.MAX_VALUE, 0));
            }
            assertThat(told(log)).isEqualTo(1);
            time.advance(UsageReports.BETWEEN_WARNINGS);
            reports.believed(new Usage(1, Long.MAX_VALUE, 0));
            assertThat(told(log)).isEqualTo(2);
        }
    }

    private static long told(CapturedLog log) {
        return log.messages().stream()
                .filter(message -> message.startsWith("provider 'main' reports 1 input and " + Long.MAX_VALUE))
                .count();
    }
}
