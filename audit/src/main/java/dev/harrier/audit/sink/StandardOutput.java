package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/** Lines on the program's standard output, for whoever collects that. */
public final class StandardOutput implements Sink {
  private final OutputStream out;

  /** To the standard output of this process. */
  public StandardOutput() {
    // Not System.out, which swallows errors.
    this(new FileOutputStream(FileDescriptor.out));
  }

  StandardOutput(OutputStream out) {
    this.out = requireNonNull(out, "out");
  }

  /** Lines as they stand in the log, each with its newline. */
  static byte[] joined(List<LogLine> lines) {
    var all = new ByteArrayOutputStream();
    for (var line : lines) {
      all.writeBytes(line.text());
      all.write('\n');
    }
    return all.toByteArray();
  }

  @Override
  public void send(List<LogLine> lines) throws IOException {
    out.write(joined(lines));
    out.flush();
  }

  @Override
  public void confirm() {
    // A pipe has taken what it returned from.
  }

  @Override
  public Duration confirmedAfter() {
    return Duration.ZERO;
  }

  @Override
  public void close() {
    // Others still print.
  }
}
