package dev.loom.gateway.camel.admin;

import dev.loom.gateway.accounts.UsageRow;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/** Usage for spreadsheets, RFC 4180. */
final class UsageCsv {

    private static final String HEAD =
            "key,provider,model,requests,input_tokens,output_tokens,cached_tokens,reasoning_tokens,cost_usd\r\n";

    private UsageCsv() {}

    static String of(List<UsageRow> rows) {
        StringBuilder csv = new StringBuilder(HEAD);
        rows.stream()
                .sorted(Comparator.comparing(UsageRow::account)
                        .thenComparing(UsageRow::provider)
                        .thenComparing(UsageRow::model))
                .forEach(row -> csv.append(text(row.account()))
                        .append(',')
                        .append(text(row.provider()))
                        .append(',')
                        .append(text(row.model()))
                        .append(',')
                        .append(row.requests())
                        .append(',')
                        .append(row.input())
                        .append(',')
                        .append(row.output())
                        .append(',')
                        .append(row.cached())
                        .append(',')
                        .append(row.reasoning())
                        .append(',')
                        .append(BigDecimal.valueOf(row.cost(), 9).toPlainString())
                        .append("\r\n"));
        return csv.toString();
    }

    /** What a spreadsheet would take for a formula is text: clients choose some of these names. */
    private static String text(String value) {
        boolean formula = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0;
        String text = formula ? "'" + value : value;
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
