package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.testing.CapturedLog;
import org.junit.jupiter.api.Test;

class UsageReportsTest {

    private static final Usage ESTIMATE = new Usage(11, 22, 0);

    private final ManualTime time = new ManualTime();
    private final UsageReports reports = new UsageReports("main", time);

    @Test
    void what_can_be_is_believed() {
        Usage longest = new Usage(TokenFigure.MOST, TokenFigure.MOST, TokenFigure.MOST, 7);

        assertThat(reports.believed(longest, ESTIMATE)).isEqualTo(longest);
    }

    @Test
    void what_cannot_be_is_estimated_each_figure_by_itself() {
        for (long figure : new long[] {TokenFigure.MOST + 1, Long.MAX_VALUE, TokenFigure.INVALID, Long.MIN_VALUE}) {
            assertThat(reports.believed(new Usage(figure, 3, 0), ESTIMATE)).isEqualTo(new Usage(11, 3, 0));
            assertThat(reports.believed(new Usage(3, figure, 0), ESTIMATE)).isEqualTo(new Usage(3, 22, 0));
            assertThat(reports.believed(new Usage(figure, figure, 0), ESTIMATE)).isEqualTo(ESTIMATE);
        }
    }

    @Test
    void a_part_is_no_more_than_the_whole_and_no_less_than_nothing() {
        assertThat(reports.believed(new Usage(5, 5, 5_000, 5_000), ESTIMATE)).isEqualTo(new Usage(5, 5, 0, 0));
        assertThat(reports.believed(new Usage(5, 5, -1, -7), ESTIMATE)).isEqualTo(new Usage(5, 5, 0, 0));
    }

    @Test
    void a_figure_that_is_only_missing_is_estimated_without_a_word() {
        try (CapturedLog log = new CapturedLog()) {
            assertThat(reports.believed(new Usage(3, TokenFigure.UNSAID, 0), ESTIMATE))
                    .isEqualTo(new Usage(3, 22, 0));
            assertThat(told(log)).isZero();
        }
    }

    @Test
    void the_log_tells_of_it_once_a_minute() {
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 10; i++) {
                reports.believed(new Usage(1, Long.MAX_VALUE, 0), ESTIMATE);
            }
            assertThat(told(log)).isEqualTo(1);
            time.advance(UsageReports.BETWEEN_WARNINGS);
            reports.believed(new Usage(1, Long.MAX_VALUE, 0), ESTIMATE);
            assertThat(told(log)).isEqualTo(2);
        }
    }

    private static long told(CapturedLog log) {
        return log.messages().stream()
                .filter(message -> message.startsWith("provider 'main' reports counts of tokens"))
                .filter(message -> message.contains(Long.MAX_VALUE + " output"))
                .count();
    }
}
