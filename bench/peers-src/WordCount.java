import java.time.Duration;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.DefaultRollingPolicy;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** Flink's DataStream word count, with the words of fts. usage: WordCount batch INPUT OUTPUT | streaming INPUT */
public final class WordCount {
  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    boolean isBatch = args[0].equals("batch");
    env.setRuntimeMode(isBatch ? RuntimeExecutionMode.BATCH : RuntimeExecutionMode.STREAMING);
    FileSource<String> source =
        FileSource.forRecordStreamFormat(new TextLineInputFormat(), new Path(args[1])).build();
    DataStream<Tuple2<String, Long>> counts =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "text")
            .flatMap(new Tokenizer())
            .keyBy(value -> value.f0)
            .sum(1);
    if (isBatch) counts.sinkTo(fileSink(args[2]));
    else counts.sinkTo(new DiscardingSink<>());
    JobExecutionResult result = env.execute("WordCount");
    System.out.println("net runtime ms: " + result.getNetRuntime());
  }

  private static FileSink<Tuple2<String, Long>> fileSink(String path) {
    return FileSink.<Tuple2<String, Long>>forRowFormat(new Path(path), new SimpleStringEncoder<>())
        .withRollingPolicy(
            DefaultRollingPolicy.builder()
                .withMaxPartSize(MemorySize.ofMebiBytes(1024))
                .withRolloverInterval(Duration.ofMinutes(60))
                .build())
        .build();
  }

  private static final class Tokenizer implements FlatMapFunction<String, Tuple2<String, Long>> {
    @Override
    public void flatMap(String line, Collector<Tuple2<String, Long>> out) {
      for (String word : line.toLowerCase().split("\\s+")) {
        if (!word.isEmpty()) out.collect(new Tuple2<>(word, 1L));
      }
    }
  }
}
