package dev.harrier.runtime.process;

import dev.harrier.spi.AttemptStart;
import java.util.Map;

/** Finds the secrets that an attempt asked for, when it is about to start. */
@FunctionalInterface
public interface AttemptSecrets {
  /** No secrets at all. */
  AttemptSecrets NONE = start -> new Found(Map.of(), Map.of());

  /**
   * The secrets of an attempt, as flytekit looks for them.
   *
   * @throws dev.harrier.spi.RejectedException if one is missing or not for this attempt
   */
  Found of(AttemptStart start);

  /**
   * Secrets by the two ways that a task finds them.
   *
   * @param environment {@code _FSEC_<GROUP>_<KEY>} to value
   * @param files {@code <group>/<key>} in lower case to content, below the folder of secrets
   */
  record Found(Map<String, String> environment, Map<String, String> files) {
    public Found {
      environment = Map.copyOf(environment);
      files = Map.copyOf(files);
    }

    @Override
    public String toString() {
      return "secrets";
    }
  }
}
