import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;

/** Flink's word count in SQL, batch, with local aggregation. usage: SqlWordCount INPUT OUTPUT */
public final class SqlWordCount {
  public static void main(String[] args) throws Exception {
    TableEnvironment table = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    table.executeSql(
        "CREATE TABLE lines (line STRING) WITH ('connector' = 'filesystem', 'format' = 'raw', 'path' = '" + args[0] + "')");
    table.executeSql(
        "CREATE TABLE counts (word STRING, n BIGINT) WITH ('connector' = 'filesystem', 'format' = 'csv', 'path' = '"
            + args[1] + "')");
    TableResult result =
        table.executeSql(
            "INSERT INTO counts SELECT word, COUNT(*) FROM lines CROSS JOIN UNNEST(SPLIT(LOWER(line), ' ')) AS w(word)"
                + " WHERE word <> '' GROUP BY word");
    JobClient client = result.getJobClient().orElseThrow();
    System.out.println("net runtime ms: " + client.getJobExecutionResult().get().getNetRuntime());
  }
}
