package dev.harrier.server;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the program. */
public final class ProgramVersion implements IVersionProvider {
  /** The version, or "development" where there is no jar to read it from. */
  public static String text() {
    return Optional.ofNullable(ProgramVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"harrier " + text(), "Java " + Runtime.version()};
  }
}
