package dev.harrier.runtime.process;

import dev.harrier.spi.AttemptStart;
import java.util.Map;

/** Finds the secrets that an attempt asked for, when it is about to start. */
@FunctionalInterface
public interface AttemptSecrets {
  /** No secrets at all. */
  AttemptSecrets NONE = start -> Found.NOTHING;

  /**
   * The secrets of an attempt, as flytekit looks for them.
   *
   * @throws dev.harrier.spi.RejectedException if one is missing or not for this attempt
   * @throws dev.harrier.spi.StoreUnavailableException if where they are kept did not answer
   */
  Found of(AttemptStart start);

  /**
   * Secrets by the two ways that a task finds them.
   *
   * @param environment {@code _FSEC_<GROUP>_<KEY>} to value
   * @param files {@code <group>/<key>} in lower case to content, below the folder of secrets
   * @param pathVariables variable to the name of one of the files, whose path it holds
   */
  record Found(
      Map<String, String> environment,
      Map<String, String> files,
      Map<String, String> pathVariables) {
    /** Of who asked for none. */
    static final Found NOTHING = new Found(Map.of(), Map.of(), Map.of());

    public Found {
      environment = Map.copyOf(environment);
      files = Map.copyOf(files);
      pathVariables = Map.copyOf(pathVariables);
    }

    boolean empty() {
      return environment.isEmpty() && files.isEmpty();
    }

    @Override
    public String toString() {
      return "secrets";
    }
  }
}
