package dev.harrier.admin.inventory;

import com.google.protobuf.Timestamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Points in time between rows and messages. */
public final class Times {
  private Times() {}

  /** The message for a column that is never null. */
  public static Timestamp read(ResultSet row, String column) throws SQLException {
    return of(row.getObject(column, OffsetDateTime.class).toInstant());
  }

  /** The message for an instant. */
  public static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
