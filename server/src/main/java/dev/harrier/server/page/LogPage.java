package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.server.port.Page;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.machine.HeldFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What attempts printed: {@code /harrier/logs/<project>/<domain>/<execution>/<node>/<attempt>}. */
public final class LogPage implements Page {
  private static final String PATH =
      "/harrier/logs/{project}/{domain}/{execution}/{node}/{attempt}";
  private static final int ATTEMPT_DIGITS_MAX = 9;

  private final HttpCallers callers;
  private final Access access;
  private final AttemptLogs logs;

  public LogPage(HttpCallers callers, Access access, AttemptLogs logs) {
    this.callers = requireNonNull(callers, "callers");
    this.access = requireNonNull(access, "access");
    this.logs = requireNonNull(logs, "logs");
  }

  /** The path under which an attempt's log is read, for the links that clients show. */
  public static String path(AttemptId attempt) {
    var execution = attempt.node().execution();
    return "/harrier/logs/%s/%s/%s/%s/%s"
        .formatted(
            execution.project(),
            execution.domain(),
            execution.name(),
            attempt.node().path(),
            attempt.number());
  }

  @Override
  public void mount(ServerBuilder server) {
    server.route().get(PATH).build(KnownService.showing(callers, this::log));
  }

  private HttpResponse log(ServiceRequestContext context, Caller caller) {
    var project = parameter(context, "project");
    var domain = parameter(context, "domain");
    // A task prints what it works on, so its log is data.
    access.require(caller, Permission.EXECUTION_READ_DATA, Scope.of(project, domain));
    var execution = new ExecutionId(project, domain, parameter(context, "execution"));
    var attempt = new AttemptId(new NodeId(execution, parameter(context, "node")), number(context));
    var printed =
        logs.file(attempt)
            .flatMap(LogPage::open)
            .orElseThrow(() -> Rejection.notFound("There is no log of attempt %s.", attempt));
    var headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.PLAIN_TEXT_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
    return HttpResponse.of(
        StreamMessage.concat(StreamMessage.of(headers.build()), StreamMessage.of(printed)));
  }

  /**
   * A regular file alone, and what was opened is what is sent: the folder is of those who run
   * tasks, who could put a link there to what only this process may read.
   */
  private static Optional<InputStream> open(Path log) {
    try (var folder = HeldFolder.open(requireNonNull(log.getParent(), "folder of logs"))) {
      return folder.file(String.valueOf(log.getFileName())).map(Channels::newInputStream);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static int number(ServiceRequestContext context) {
    var text = parameter(context, "attempt");
    if (text.isEmpty()
        || text.length() > ATTEMPT_DIGITS_MAX
        || !text.chars().allMatch(letter -> letter >= '0' && letter <= '9')) {
      throw Rejection.invalid("The attempt: expected a number from 0 on, found '%s'.", text);
    }
    return Integer.parseInt(text);
  }

  private static String parameter(ServiceRequestContext context, String name) {
    return requireNonNull(context.pathParam(name), name);
  }
}
