package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallHeapTest {

    private static List<String> ratios() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return List.of(
                jvm.getVMOption("MinHeapFreeRatio").getValue(),
                jvm.getVMOption("MaxHeapFreeRatio").getValue());
    }

    private static long collections() {
        return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    @Test
    void the_heap_is_collected_and_the_jvm_has_its_own_ratios_again() {
        List<String> before = ratios();
        long collections = collections();
        SmallHeap.make();
        assertThat(collections()).isGreaterThan(collections);
        assertThat(ratios()).isEqualTo(before);
    }
}
