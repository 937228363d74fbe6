package dev.loom.gateway.camel.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JMX over HTTP on the admin port, as Hawtio uses it: what it may, and, one by one, what an attacker would like to. */
class JolokiaTest {

    private static final String TOKEN = "Authorization: Bearer admin-token-1";
    private static final FakeProvider A = FakeProvider.saying("x");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(TestGateway.providers("", A) + "admin: {token: admin-token-1}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        A.close();
    }

    private static JsonNode jolokia(String json) throws IOException {
        Answer answer = RawHttp.post(gateway.adminPort(), "/jolokia/", json, TOKEN);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        return Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String context() {
        return gateway.camel().getManagementName();
    }

    private static String provider() {
        return "dev.loom.gateway:context=" + context() + ",type=provider,name=a";
    }

    private static JsonNode read(String mbean, String attribute) throws IOException {
        JsonNode answer =
                jolokia("{\"type\":\"read\",\"mbean\":\"%s\",\"attribute\":\"%s\"}".formatted(mbean, attribute));
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(200);
        return answer.path("value");
    }

    private static void exec(String mbean, String operation) throws IOException {
        exec(mbean, operation, "[]");
    }

    private static void exec(String mbean, String operation, String arguments) throws IOException {
        JsonNode answer = jolokia("{\"type\":\"exec\",\"mbean\":\"%s\",\"operation\":\"%s\",\"arguments\":%s}"
                .formatted(mbean, operation, arguments));
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(200);
    }

    @Test
    void the_mbeans_of_the_gateway_are_found_and_listed() throws IOException {
        JsonNode found = jolokia("{\"type\":\"search\",\"mbean\":\"dev.loom.gateway:context=" + context() + ",*\"}");
        assertThat(found.path("value")).extracting(JsonNode::asText).hasSize(2).anyMatch(n -> n.contains("name=a"));
        JsonNode listed = jolokia("{\"type\":\"list\",\"path\":\"dev.loom.gateway\"}");
        assertThat(listed.path("value").toString())
                .contains("resetCircuitBreaker", "Attempts at this provider since the start");
        JsonNode camel = jolokia("{\"type\":\"search\",\"mbean\":\"org.apache.camel:type=routes,*\"}");
        assertThat(camel.path("value").toString()).contains("loom-provider-a");
    }

    @Test
    void an_operator_drains_and_resumes_a_provider() throws IOException {
        exec(provider(), "drain");
        assertThat(read(provider(), "Drained").asBoolean()).isTrue();
        exec(provider(), "resume()");
        assertThat(read(provider(), "Drained").asBoolean()).isFalse();
        exec(provider(), "resetCircuitBreaker");
        exec(provider(), "reset()");
        assertThat(read(provider(), "CircuitBreaker").asText()).isEqualTo("closed");
    }

    @Test
    void an_operator_has_the_configuration_read_again() throws IOException {
        exec("dev.loom.gateway:context=" + context() + ",type=gateway", "reloadConfiguration");
    }

    @Test
    void hawtio_may_draw_the_routes() throws IOException {
        String camel = "org.apache.camel:context=" + context();
        exec(camel + ",type=context,name=\\\"loom-ai-gateway\\\"", "dumpRoutesAsXml()");
        exec(camel + ",type=routes,name=\\\"loom-dispatch\\\"", "dumpRouteStatsAsXml", "[true,true]");
    }

    @Test
    void camel_and_the_jvm_may_be_looked_at() throws IOException {
        String camel = "org.apache.camel:context=" + context();
        assertThat(read(camel + ",type=context,name=\\\"loom-ai-gateway\\\"", "State")
                        .asText())
                .isEqualTo("Started");
        assertThat(read(camel + ",type=routes,name=\\\"loom-dispatch\\\"", "State")
                        .asText())
                .isEqualTo("Started");
        assertThat(read("java.lang:type=Memory", "HeapMemoryUsage").path("used").asLong())
                .isPositive();
        assertThat(read("java.lang:type=Runtime", "Uptime").asLong()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # Camel: messages to any endpoint, other routes, an end to the gateway
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | sendBody(java.lang.String,java.lang.Object)
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | requestBody(java.lang.String,java.lang.Object)
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | dumpRoutesAsXml(boolean)
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | stop()
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | stop
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | suspend()
            org.apache.camel:context=%c,type=routes,name="loom-dispatch" | stop()
            org.apache.camel:context=%c,type=routes,name="loom-dispatch" | remove()
            org.apache.camel:context=%c,type=routes,name="loom-dispatch" | updateRouteFromXml(java.lang.String)
            org.apache.camel:context=%c,type=routes,* | stop()
            org.apache.camel:* | stop()
            *:* | stop()
            # The JVM: files, diagnostics, settings
            com.sun.management:type=HotSpotDiagnostic | dumpHeap(java.lang.String,boolean)
            com.sun.management:type=HotSpotDiagnostic | setVMOption(java.lang.String,java.lang.String)
            com.sun.management:type=DiagnosticCommand | vmSystemProperties()
            com.sun.management:type=DiagnosticCommand | compilerDirectivesAdd([Ljava.lang.String;)
            jdk.management.jfr:type=FlightRecorder | newRecording()
            java.util.logging:type=Logging | setLoggerLevel(java.lang.String,java.lang.String)
            java.lang:type=Memory | gc()
            java.lang:type=Threading | dumpAllThreads(boolean,boolean)
            JMImplementation:type=MBeanServerDelegate | anything()
            org.apache.logging.log4j2:type=x | setConfigLocationUri(java.lang.String)
            # The gateway's own, where they are not meant
            dev.loom.gateway:context=%c,type=provider,name=a | wait()
            dev.loom.gateway:context=%c,type=gateway | drain()
            """)
    void no_other_operation_runs(String mbean, String operation) throws IOException {
        String name = mbean.replace("%c", context()).replace("\"", "\\\"");
        JsonNode answer = jolokia("{\"type\":\"exec\",\"mbean\":\"%s\",\"operation\":\"%s\",\"arguments\":[]}"
                .formatted(name, operation));
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(403);
        assertThat(gateway.camel().isStarted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            dev.loom.gateway:context=%c,type=provider,name=a | Name
            org.apache.camel:context=%c,type=context,name="loom-ai-gateway" | Tracing
            org.apache.camel:context=%c,type=routes,name="loom-dispatch" | StatisticsEnabled
            java.lang:type=Memory | Verbose
            java.lang:type=ClassLoading | Verbose
            """)
    void nothing_can_be_written(String mbean, String attribute) throws IOException {
        String name = mbean.replace("%c", context()).replace("\"", "\\\"");
        JsonNode answer = jolokia(
                "{\"type\":\"write\",\"mbean\":\"%s\",\"attribute\":\"%s\",\"value\":true}".formatted(name, attribute));
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SystemProperties", "InputArguments", "ClassPath", "LibraryPath"})
    void what_the_jvm_was_started_with_stays_hidden(String attribute) throws IOException {
        JsonNode answer = jolokia(
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"%s\"}".formatted(attribute));
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.lang:type=Runtime", "java.lang:*", "*:type=Runtime,*"})
    void nor_does_it_come_along_with_the_rest(String mbean) throws IOException {
        JsonNode answer =
                jolokia("{\"type\":\"read\",\"mbean\":\"%s\",\"config\":{\"ignoreErrors\":true}}".formatted(mbean));
        assertThat(answer.toString()).doesNotContain("java.home", "java.class.path", System.getProperty("java.home"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.sun.management:type=HotSpotDiagnostic",
                "com.sun.management:type=DiagnosticCommand",
                "java.util.logging:type=Logging",
                "jdk.management.jfr:type=FlightRecorder"
            })
    void what_is_not_named_in_the_policy_cannot_be_read(String mbean) throws IOException {
        JsonNode answer = jolokia("{\"type\":\"read\",\"mbean\":\"%s\",\"attribute\":\"ObjectName\"}".formatted(mbean));
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(403);
    }

    @Test
    void it_is_no_way_to_other_machines_and_gives_no_notifications() throws IOException {
        int connections = A.accepted();
        jolokia("{\"type\":\"read\",\"mbean\":\"java.lang:type=Memory\",\"target\":{\"url\":"
                + "\"service:jmx:rmi:///jndi/rmi://127.0.0.1:" + A.port() + "/x\"}}");
        assertThat(A.accepted()).isEqualTo(connections);
        JsonNode listener = jolokia("{\"type\":\"notification\",\"command\":\"register\"}");
        assertThat(listener.path("status").asInt()).as(listener.toString()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "list", "read/java.lang:type=Memory", "exec/java.lang:type=Memory/gc"})
    void get_is_refused_because_a_web_page_can_send_it(String request) throws IOException {
        Answer answer = RawHttp.get(gateway.adminPort(), "/jolokia/" + request, TOKEN);
        assertThat(answer.body()).contains("\"status\":403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "[[]]", "1", "\"x\"", "{\"type\":\"nonsense\"}", "{\"type\":\"read\"}", ""})
    void nonsense_is_answered_without_a_stack_trace(String body) throws IOException {
        Answer answer = RawHttp.post(gateway.adminPort(), "/jolokia/", body, TOKEN);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("\"stacktrace\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jolokia", "/jolokia/", "//jolokia/", "/jolokia/version", "/live/../jolokia/"})
    void without_the_token_there_is_nothing_at_all(String path) throws IOException {
        assertThat(RawHttp.get(gateway.adminPort(), path).status()).isEqualTo(401);
        assertThat(RawHttp.post(gateway.adminPort(), path, "{\"type\":\"version\"}")
                        .status())
                .isEqualTo(401);
        assertThat(RawHttp.post(gateway.adminPort(), path, "{}", "Authorization: Bearer no")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void the_client_port_has_none_of_it() throws IOException {
        assertThat(RawHttp.post(gateway.port(), "/jolokia/", "{\"type\":\"version\"}")
                        .status())
                .isEqualTo(404);
    }
}
