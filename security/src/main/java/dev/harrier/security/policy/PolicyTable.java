package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** A policy in the database, for all processes that use it. Every text that was put is kept. */
public final class PolicyTable implements PolicyStore {
  /** Texts that are kept, the one in force included. */
  static final int VERSIONS_MAX = 1000;

  private static final int EARLIER_MAX = 20;

  private final Database database;
  private final Clock clock;

  public PolicyTable(Database database, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public PolicyText read(PolicyText known) {
    return database
        .api()
        .run(
            "read the access policy",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      """
                      SELECT etag, CASE WHEN etag = ? THEN '' ELSE text END AS text
                      FROM access_policy ORDER BY number DESC LIMIT 1
                      """)) {
                Arguments.of(statement).text(known.etag());
                try (var rows = statement.executeQuery()) {
                  if (!rows.next()) {
                    return PolicyText.NONE;
                  }
                  var etag = Rows.text(rows, "etag");
                  return etag.equals(known.etag())
                      ? known
                      : new PolicyText(Rows.text(rows, "text"), etag);
                }
              }
            });
  }

  @Override
  public List<PolicyText> earlier() {
    return database
        .api()
        .run(
            "read earlier access policies",
            connection -> {
              var texts = new ArrayList<PolicyText>();
              try (var statement =
                  connection.prepareStatement(
                      "SELECT text, etag FROM access_policy ORDER BY number DESC OFFSET 1 LIMIT ?")) {
                Arguments.of(statement).number(EARLIER_MAX);
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    texts.add(new PolicyText(Rows.text(rows, "text"), Rows.text(rows, "etag")));
                  }
                }
              }
              return List.copyOf(texts);
            });
  }

  @Override
  public void replace(PolicyText text, String expectedEtag, String writer) {
    var written =
        database
            .api()
            .transaction(
                "replace the access policy",
                connection -> {
                  // Of two who saw the same last number one finds the next one taken.
                  try (var statement =
                      connection.prepareStatement(
                          """
                          INSERT INTO access_policy (number, text, etag, written_by, written_at)
                          SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ? FROM access_policy
                          HAVING coalesce(
                            (SELECT etag FROM access_policy ORDER BY number DESC LIMIT 1), '') = ?
                          ON CONFLICT DO NOTHING
                          """)) {
                    Arguments.of(statement)
                        .text(text.text())
                        .text(text.etag())
                        .text(writer)
                        .instant(clock.instant())
                        .text(expectedEtag);
                    if (statement.executeUpdate() == 0) {
                      return false;
                    }
                  }
                  try (var statement =
                      connection.prepareStatement(
                          "DELETE FROM access_policy WHERE number <= (SELECT max(number) FROM access_policy) - ?")) {
                    Arguments.of(statement).number(VERSIONS_MAX);
                    statement.executeUpdate();
                  }
                  return true;
                });
    if (!written) {
      throw read(PolicyText.NONE).stale(expectedEtag);
    }
  }

  @Override
  public boolean whole() {
    return true;
  }

  @Override
  public String source() {
    return "database";
  }
}
