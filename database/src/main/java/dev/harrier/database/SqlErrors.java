package dev.harrier.database;

import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** Tells apart what PostgreSQL's errors mean for a caller. */
public final class SqlErrors {
  private SqlErrors() {}

  /**
   * The exception to throw for an error that nobody expected.
   *
   * @param doing what was being done, for the message: "read the execution"
   * @return {@link StoreUnavailableException} if another try may help, else {@link
   *     IllegalStateException}: the statement itself is wrong
   */
  public static RuntimeException translate(String doing, SQLException error) {
    if (isUnavailable(error)) {
      return new StoreUnavailableException(
          "The database did not answer when asked to %s: %s".formatted(doing, text(error)), error);
    }
    return new IllegalStateException(
        "The database refused to %s: %s (SQLSTATE %s)".formatted(doing, text(error), state(error)),
        error);
  }

  /**
   * Whether the server was out of reach, shutting down, short of resources, or gave up on a clash
   * with others; another try may help, and the outcome may be unknown.
   */
  public static boolean isUnavailable(SQLException error) {
    var state = state(error);
    if (state.length() != 5) {
      // The driver or the pool gave up before the server could say anything.
      return true;
    }
    return switch (state.substring(0, 2)) {
      // Connection; transaction rolled back by a clash; resources; operator; system.
      case "08", "40", "53", "57", "58" -> true;
      default -> state.equals("25P03") || state.equals("55P03") || state.equals("25006");
    };
  }

  /** Whether the statement's data break a rule of the table or of a type. */
  public static boolean isDataError(SQLException error) {
    return switch (state(error).length() == 5 ? state(error).substring(0, 2) : "") {
      // Data; integrity; a limit of the program (a value too large); character set.
      case "22", "23", "54" -> true;
      default -> false;
    };
  }

  /** Whether the statement ran into its timeout. */
  public static boolean isTimeout(SQLException error) {
    return state(error).equals("57014");
  }

  /** Whether a row with the same key is there already. */
  public static boolean isDuplicate(SQLException error) {
    return state(error).equals("23505");
  }

  private static String state(SQLException error) {
    return Optional.ofNullable(error.getSQLState()).orElse("");
  }

  // The driver says that an attempt failed, and what is behind it says why: a name that is unknown,
  // a port where nobody listens.
  private static String text(SQLException error) {
    var said = Optional.ofNullable(error.getMessage()).orElse(error.getClass().getName());
    return error.getCause() instanceof IOException reason ? said + " " + reason : said;
  }
}
