package dev.harrier.admin.inventory;

import com.google.protobuf.Timestamp;
import dev.harrier.spi.Wire;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/** Points in time between rows and messages. */
public final class Times {
  private Times() {}

  /** The message for a column that is never null. */
  public static Timestamp read(ResultSet row, String column) throws SQLException {
    return Wire.timestamp(row.getObject(column, OffsetDateTime.class).toInstant());
  }
}
