import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** The record scenarios in Flink's SQL. usage: RecordsSql csv-group batch|streaming INPUT OUTPUT | windows streaming INPUT OUTPUT */
public final class RecordsSql {
  public static void main(String[] args) throws Exception {
    boolean isBatch = args[1].equals("batch");
    EnvironmentSettings.Builder settings = EnvironmentSettings.newInstance();
    TableEnvironment table =
        TableEnvironment.create((isBatch ? settings.inBatchMode() : settings.inStreamingMode()).build());
    // The header is no row of numbers: its fields are null, and it is left out; but an event time must not be null, also before that.
    String time =
        args[0].equals("windows")
            ? ", event_time AS COALESCE(TO_TIMESTAMP_LTZ(ts, 3), TO_TIMESTAMP_LTZ(0, 3)),"
                + " WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND"
            : "";
    table.executeSql(
        "CREATE TABLE orders (ts BIGINT, user_id BIGINT, item_id BIGINT, category STRING, price DOUBLE" + time + ")"
            + " WITH ('connector' = 'filesystem', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true', 'path' = '"
            + args[2] + "')");
    String query =
        args[0].equals("windows")
            ? "SELECT user_id, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(event_time), INTERVAL '10'"
                + " SECONDS)) WHERE ts IS NOT NULL GROUP BY user_id, window_start, window_end"
            : "SELECT category, COUNT(*), SUM(price), AVG(price) FROM orders WHERE ts IS NOT NULL GROUP BY category";
    String columns =
        args[0].equals("windows")
            ? "user_id BIGINT, window_start TIMESTAMP(3), n BIGINT"
            : "category STRING, orders BIGINT, revenue DOUBLE, mean DOUBLE";
    String sink =
        isBatch ? "'connector' = 'filesystem', 'format' = 'csv', 'path' = '" + args[3] + "'" : "'connector' = 'blackhole'";
    table.executeSql("CREATE TABLE results (" + columns + ") WITH (" + sink + ")");
    JobClient client = table.executeSql("INSERT INTO results " + query).getJobClient().orElseThrow();
    System.out.println("net runtime ms: " + client.getJobExecutionResult().get().getNetRuntime());
  }
}
