package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.Ledger;
import dev.loom.gateway.accounts.Standing;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.accounts.UsageStore.StoreAway;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.request.SendReply;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code GET} and {@code DELETE /ai/usage} and what is below it: what accounts have used. */
public final class UsageApi {

    private final AccountBooks books;
    private final TimeSource time;
    private final Supplier<Gateway> gateway;

    public UsageApi(AccountBooks books, TimeSource time, Supplier<Gateway> gateway) {
        this.books = books;
        this.time = time;
        this.gateway = gateway;
    }

    /** Answers one question. */
    @FunctionalInterface
    private interface Question {
        Reply answer(UsageParameters asked, UsageStore store, Ledger ledger)
                throws StoreAway, Fleet.Unreachable, RequestEnded;
    }

    private Processor answering(Question question) {
        return exchange -> SendReply.send(exchange, answer(exchange, question).with("Cache-Control", "no-store"));
    }

    private Reply answer(Exchange exchange, Question question) throws RequestEnded {
        UsageStore store = books.store();
        Ledger ledger = books.ledger();
        boolean counts = gateway.get().config().tokenAccounting().enabled();
        if (!counts || store == null || ledger == null) {
            throw RequestEnded.with(
                    404,
                    ApiError.invalidRequest(
                            "Nobody counts the usage of accounts: token_accounting.enabled is false.",
                            null,
                            "token_accounting_disabled"));
        }
        try {
            return question.answer(new UsageParameters(Passage.of(exchange).request()), store, ledger);
        } catch (StoreAway e) {
            throw RequestEnded.with(
                    503,
                    ApiError.server(
                            "The store of usage, " + store.name() + ", is away: " + e.getMessage(),
                            "store_unavailable"));
        } catch (Fleet.Unreachable e) {
            throw RequestEnded.with(503, ApiError.server(String.valueOf(e.getMessage()), "state_unavailable"));
        }
    }

    /** Sums of the account that is asked for, or of all. */
    private List<UsageRow> read(UsageQuery query, UsageParameters asked, UsageStore store, Ledger ledger)
            throws StoreAway, RequestEnded {
        String key = asked.key();
        if (key == null) {
            return store.read(query);
        }
        List<UsageRow> rows = store.read(query.of(key));
        if (rows.isEmpty()) {
            known(store, ledger).check(key);
        }
        return rows;
    }

    private KnownAccounts known(UsageStore store, Ledger ledger) {
        GatewayConfig config = gateway.get().config();
        UsageQuery ever = since(config.tokenAccounting().retention()).perAccount();
        return new KnownAccounts(config.server().apiKeys(), ledger, store, ever);
    }

    /** Since so long ago, or since usage is kept, if that is later. */
    private UsageQuery since(Duration window) {
        Instant now = time.instant();
        Duration kept = Duration.between(books.keptSince(), now);
        return UsageQuery.since(now, window.compareTo(kept) < 0 ? window : kept);
    }

    /** {@code loomAdminUsage}: of one account, or of all. */
    public Processor usage() {
        return answering((asked, store, ledger) -> {
            String key = asked.key();
            UsageQuery query = since(asked.window()).perModel();
            List<UsageRow> rows = read(query, asked, store, ledger);
            List<Standing> standings =
                    key == null ? List.of() : ledger.standings(List.of(key)).getOrDefault(key, List.of());
            return scoped(
                    UsageViews.usage(key, asked.windowText(), query, rows, standings),
                    "usage",
                    "by_provider",
                    "by_model");
        });
    }

    /** {@code loomAdminUsageTop}: who has used the most. */
    public Processor top() {
        return answering((asked, store, ledger) -> {
            Comparator<UsageRow> most = asked.byCost()
                    ? Comparator.comparingLong(UsageRow::cost)
                    : Comparator.comparingLong(UsageRow::tokens);
            UsageQuery query = since(asked.window()).perAccount();
            List<UsageRow> rows = store.read(query).stream()
                    .sorted(most.reversed().thenComparing(UsageRow::account))
                    .limit(asked.limit())
                    .toList();
            return scoped(
                    UsageViews.top(
                            asked.windowText(),
                            query,
                            rows,
                            ledger.standings(
                                    rows.stream().map(UsageRow::account).toList())),
                    "usage");
        });
    }

    /** {@code loomAdminUsageSeries}: over time. */
    public Processor series() {
        return answering((asked, store, ledger) -> {
            String key = asked.key();
            UsageQuery query = since(asked.window()).each(asked.step());
            List<UsageRow> rows = read(query, asked, store, ledger).stream()
                    .sorted(Comparator.comparingLong(UsageRow::at))
                    .toList();
            return scoped(UsageViews.series(key, asked.windowText(), query, asked.step(), rows), "usage");
        });
    }

    /** {@code loomAdminUsageCsv}: every account and model. */
    public Processor csv() {
        return answering((asked, store, ledger) -> {
            UsageQuery query = since(asked.window()).perAccount().perModel();
            byte[] csv = UsageCsv.of(read(query, asked, store, ledger)).getBytes(StandardCharsets.UTF_8);
            return new Reply(200, Map.of("Content-Type", "text/csv; charset=utf-8"), csv);
        });
    }

    /** {@code loomAdminUsageForget}: of one account, whose limits are whole again. */
    public Processor forget() {
        return answering((asked, store, ledger) -> {
            String key = asked.key();
            if (key == null) {
                throw RequestEnded.with(400, ApiError.invalidRequest("'key' must name an account.", "key", null));
            }
            if (isKnownHere()) {
                known(store, ledger).check(key);
            }
            books.forget(key);
            return json(Json.object().put("key", key).put("deleted", true));
        });
    }

    /** Where instances count limits together and each keeps usage by itself, another one may know more accounts. */
    private boolean isKnownHere() {
        Gateway current = gateway.get();
        return !current.fleet().status().shared()
                || current.config().tokenAccounting().isKeptForAll();
    }

    /** @param kept what comes from the store: that of all instances, if they have one store */
    private Reply scoped(ObjectNode view, String... kept) {
        Gateway current = gateway.get();
        boolean counted = !view.has("series") && current.fleet().status().available();
        Stream<String> limits = counted ? Stream.of("limits") : Stream.of();
        Stream<String> usage = current.config().tokenAccounting().isKeptForAll() ? Stream.of(kept) : Stream.of();
        return json(Scope.kept(view, current, Stream.concat(limits, usage).toArray(String[]::new)));
    }

    private static Reply json(JsonNode body) {
        return Reply.json(200, Json.plainBytes(body));
    }
}
