package dev.harrier.runtime.process;

import org.junit.jupiter.api.Tag;

/** The same contract where each attempt starts an interpreter of its own. */
@Tag("python")
final class ColdWorkersTest extends ProcessTaskRuntimeTest {
  @Override
  ProcessRuntimeSettings change(ProcessRuntimeSettings settings) {
    return settings.withColdWorkers(true);
  }
}
