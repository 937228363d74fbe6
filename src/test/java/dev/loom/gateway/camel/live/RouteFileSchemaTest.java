package dev.loom.gateway.camel.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.apache.camel.spi.Resource;
import org.junit.jupiter.api.Test;

class RouteFileSchemaTest {

    /** Four times what it takes; all rules of the schema, ready to be used, would fill 260 MB. */
    private static final long MOST_BYTES = 60_000_000;

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void a_check_of_a_file_takes_little_of_a_small_heap() throws Exception {
        Resource file = RouteTexts.read(Path.of("routes/ingress.camel.yaml"));
        RouteFileSchema.problems(file);
        long before = allocated();
        assertThat(RouteFileSchema.problems(file)).isEmpty();
        assertThat(allocated() - before).isLessThan(MOST_BYTES);
    }
}
