package dev.loom.gateway.testing;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Three nodes that share the slots, and a replica of the first. A node that is gone for a second is failed over. */
public final class RedisCluster implements Closeable {

    private static final int LAST_SLOT = 16_383;

    private final List<RedisServer> nodes = new ArrayList<>();

    /** Long: the commands of a cluster's beginning, in their order. */
    public RedisCluster(Path directory) {
        for (int i = 0; i < 4; i++) {
            int bus = FreePorts.next();
            nodes.add(RedisServer.start(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-config-file",
                    directory.resolve("nodes-" + i + ".conf").toString(),
                    "--cluster-port",
                    Integer.toString(bus),
                    "--cluster-node-timeout",
                    "1000"));
            nodes.get(i).cli("CONFIG", "SET", "cluster-require-full-coverage", "no");
            nodes.get(i).cli("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            nodes.get(0)
                    .cli(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(nodes.get(i).port()),
                            Integer.toString(bus));
        }
        for (int i = 0; i < 3; i++) {
            String from = Integer.toString(i * LAST_SLOT / 3 + (i == 0 ? 0 : 1));
            nodes.get(i).cli("CLUSTER", "ADDSLOTSRANGE", from, Integer.toString((i + 1) * LAST_SLOT / 3));
        }
        String first = nodes.get(0).cli("CLUSTER", "MYID");
        await(() -> nodes.get(3).cli("CLUSTER", "REPLICATE", first).equals("OK"));
        await(() -> nodes.stream().allMatch(node -> {
            String info = node.cli("CLUSTER", "INFO");
            return info.contains("cluster_state:ok")
                    && info.contains("cluster_slots_ok:16384")
                    && info.contains("cluster_known_nodes:4");
        }));
        await(() -> replica().cli("INFO", "replication").contains("master_link_status:up"));
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await("the cluster").atMost(60, TimeUnit.SECONDS).until(condition);
    }

    /** Of all nodes, as Lettuce takes it. */
    public String url() {
        return "redis://"
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** Those that have slots. */
    public List<RedisServer> masters() {
        return nodes.subList(0, 3);
    }

    /** Of the first master. */
    public RedisServer replica() {
        return nodes.get(3);
    }

    /** The master whose slots have this key. */
    public int ownerOf(String key) {
        return Integer.parseInt(nodes.get(1).cli("CLUSTER", "KEYSLOT", key)) * 3 / (LAST_SLOT + 1);
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
