package dev.harrier.bench.api;

import static java.util.Objects.requireNonNull;

import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.home.ClientFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/** Logins of programs by client credentials, at a server as its users start it. */
public final class LoginSection implements Section {
  private static final String NAME = "login";
  private static final int CALLERS = 8;
  private static final int LOGINS_A_MINUTE = 1_000;
  private static final int SECONDS_A_MINUTE = 60;

  private final Path project;
  private final Optional<Path> python;
  private final int rounds;
  private final Duration round;

  /**
   * @param project the checkout
   * @param python the interpreter of tasks; none for Harrier's own
   * @param rounds of each figure
   * @param round how long one takes
   */
  public LoginSection(Path project, Optional<Path> python, int rounds, Duration round) {
    this.project = requireNonNull(project, "project");
    this.python = requireNonNull(python, "python");
    this.rounds = rounds;
    this.round = requireNonNull(round, "round");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create()) {
      var home = scratch.folder().resolve("home");
      try (var server = ServerProcess.start(project, home, python);
          var client = HttpClient.newHttpClient()) {
        var secret = Files.readString(home.resolve("client_secret")).strip();
        var login =
            HttpRequest.newBuilder(server.url().resolve(ServerAddress.TOKEN_PATH))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&client_id=%s&client_secret=%s"
                            .formatted(ClientFiles.CLIENT_ID, secret)))
                .build();
        var rates = new ArrayList<Double>();
        var program = new ArrayList<Double>();
        // The first two rounds warm the server up.
        for (var number = -2; number < rounds; number++) {
          var before = server.programMillis() + server.postgresMillis();
          var outcome = Callers.run(CALLERS, round, () -> send(client, login));
          if (number >= 0) {
            rates.add(outcome.perSecond() * SECONDS_A_MINUTE);
            program.add(
                (server.programMillis() + server.postgresMillis() - before) / outcome.calls());
          }
        }
        report.add(
            Figure.of(NAME, "logins by client credentials, 8 callers", "1/min", rates)
                .with(Bar.atLeast(LOGINS_A_MINUTE)));
        report.add(
            Figure.of(NAME, "CPU a login, Java and PostgreSQL", "ms", program)
                .remark("a signature, the client's row, a record of the audit log"));
      }
    }
  }

  private static void send(HttpClient client, HttpRequest login) {
    try {
      var answer = client.send(login, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200 || !answer.body().contains("access_token")) {
        throw new IllegalStateException("expected a token, found " + answer.statusCode());
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between logins", stopping);
    }
  }
}
