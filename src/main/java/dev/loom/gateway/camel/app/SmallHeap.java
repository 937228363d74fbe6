package dev.loom.gateway.camel.app;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Collects the whole heap and shrinks it to little more than what is alive. Only then, since a heap that is always small is
 * collected at every large request; so the JVM's own ratios hold again afterwards.
 */
final class SmallHeap {

    /** Percent of the heap: what is left free, at least and at most. With less, the next request would have to grow it. */
    private static final int LEAST_FREE = 10;

    private static final int MOST_FREE = 20;

    private SmallHeap() {}

    static void make() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        String least = jvm.getVMOption("MinHeapFreeRatio").getValue();
        String most = jvm.getVMOption("MaxHeapFreeRatio").getValue();
        jvm.setVMOption("MinHeapFreeRatio", String.valueOf(LEAST_FREE));
        jvm.setVMOption("MaxHeapFreeRatio", String.valueOf(MOST_FREE));
        try {
            System.gc();
        } finally {
            jvm.setVMOption("MaxHeapFreeRatio", most);
            jvm.setVMOption("MinHeapFreeRatio", least);
        }
    }
}
