package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's log records over HTTP as protobuf: the line is the body. */
public final class Otlp implements Sink {
  private final Posts posts;
  private final Resource resource;
  private final InstrumentationScope scope;

  /**
   * @param hostName of this machine
   * @param version of the program
   */
  public Otlp(Posts posts, String hostName, String version) {
    this.posts = requireNonNull(posts, "posts");
    this.resource =
        Resource.newBuilder()
            .addAttributes(text("service.name", "harrier"))
            .addAttributes(text("service.version", version))
            .addAttributes(text("host.name", hostName))
            .build();
    this.scope = InstrumentationScope.newBuilder().setName("dev.harrier.audit").build();
  }

  @Override
  public void send(List<LogLine> lines) throws IOException {
    var logs = ScopeLogs.newBuilder().setScope(scope);
    lines.forEach(line -> logs.addLogRecords(record(line)));
    var request =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ResourceLogs.newBuilder().setResource(resource).addScopeLogs(logs))
            .build();
    var answer = posts.post("application/x-protobuf", request.toByteArray(), Map.of());
    checkTaken(answer);
  }

  private static void checkTaken(byte[] answer) throws IOException {
    try {
      var rejected =
          ExportLogsServiceResponse.parseFrom(answer).getPartialSuccess().getRejectedLogRecords();
      if (rejected > 0) {
        throw new RefusedException(
            "The receiver took all but %s records: expected it to take all.".formatted(rejected));
      }
    } catch (InvalidProtocolBufferException none) {
      throw new IOException("Expected an answer of OTLP, found something else.", none);
    }
  }

  private static LogRecord record(LogLine line) {
    var nanos = TimeUnit.MILLISECONDS.toNanos(line.timeMillis());
    return LogRecord.newBuilder()
        .setTimeUnixNano(nanos)
        .setObservedTimeUnixNano(nanos)
        .setSeverityNumber(severity(line.severity()))
        .setEventName("harrier.audit")
        .setBody(AnyValue.newBuilder().setStringValueBytes(ByteString.copyFrom(line.text())))
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("harrier.audit.sequence")
                .setValue(AnyValue.newBuilder().setIntValue(line.sequence())))
        .build();
  }

  private static SeverityNumber severity(int ocsf) {
    return switch (ocsf) {
      case 2 -> SeverityNumber.SEVERITY_NUMBER_INFO2;
      case 3 -> SeverityNumber.SEVERITY_NUMBER_WARN;
      case 4 -> SeverityNumber.SEVERITY_NUMBER_ERROR;
      case 5, 6 -> SeverityNumber.SEVERITY_NUMBER_FATAL;
      default -> SeverityNumber.SEVERITY_NUMBER_INFO;
    };
  }

  private static KeyValue text(String name, String value) {
    return KeyValue.newBuilder()
        .setKey(name)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  @Override
  public void confirm() {
    // An answer of success is one.
  }

  @Override
  public Duration confirmedAfter() {
    return Duration.ZERO;
  }

  @Override
  public void close() {
    posts.close();
  }
}
