package dev.harrier.server.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import java.util.List;

/**
 * A message as JSON can write it. gRPC takes what JSON has no form for (times beyond the year 9999,
 * a number in a struct that is none), and one such thing must not hide the list that it is in.
 */
final class Printable {
  private Printable() {}

  /** The same message, with the nearest thing that can be written in place of what cannot. */
  static Message of(Message message) {
    return switch (message) {
      case Timestamp time -> time(time);
      case Duration duration -> duration(duration);
      case Value value when value.hasNumberValue() && !Double.isFinite(value.getNumberValue()) ->
          Value.newBuilder().setStringValue(Double.toString(value.getNumberValue())).build();
      default -> {
        var builder = message.toBuilder();
        message.getAllFields().forEach((field, value) -> builder.setField(field, of(field, value)));
        yield builder.build();
      }
    };
  }

  private static Object of(FieldDescriptor field, Object value) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return value;
    }
    return field.isRepeated()
        ? ((List<?>) value).stream().map(one -> of((Message) one)).toList()
        : of((Message) value);
  }

  private static Timestamp time(Timestamp time) {
    if (Timestamps.isValid(time)) {
      return time;
    }
    var seconds =
        Math.clamp(
            time.getSeconds(),
            Timestamps.MIN_VALUE.getSeconds(),
            Timestamps.MAX_VALUE.getSeconds());
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  private static Duration duration(Duration duration) {
    if (Durations.isValid(duration)) {
      return duration;
    }
    var seconds =
        Math.clamp(
            duration.getSeconds(),
            Durations.MIN_VALUE.getSeconds(),
            Durations.MAX_VALUE.getSeconds());
    return Duration.newBuilder().setSeconds(seconds).build();
  }
}
