package dev.harrier.runtime.process;

import dev.harrier.spi.Quantity;
import flyteidl.core.Tasks;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.Resources.ResourceName;
import java.util.List;
import java.util.Optional;

/**
 * What a container asks for.
 *
 * @param share it holds while it runs
 * @param memoryLimitBytes over which it is killed; as in Flyte a request without a limit is also
 *     the limit
 * @param storageLimitBytes of ephemeral storage, over which it is ended; likewise
 */
record Resources(
    Slots.Share share, Optional<Long> memoryLimitBytes, Optional<Long> storageLimitBytes) {
  static Resources of(Container container, ProcessRuntimeSettings.Capacity capacity) {
    var wanted = container.getResources();
    var cpu = find(wanted.getRequestsList(), ResourceName.CPU);
    if (cpu.isEmpty()) {
      cpu = find(wanted.getLimitsList(), ResourceName.CPU);
    }
    var request = find(wanted.getRequestsList(), ResourceName.MEMORY);
    var limit = find(wanted.getLimitsList(), ResourceName.MEMORY);
    var memoryLimit = limit.or(() -> request).map(text -> Quantity.units("memory limit", text));
    var storageLimit =
        find(wanted.getLimitsList(), ResourceName.EPHEMERAL_STORAGE)
            .or(() -> find(wanted.getRequestsList(), ResourceName.EPHEMERAL_STORAGE))
            .map(text -> Quantity.units("ephemeral storage limit", text));
    var share =
        new Slots.Share(
            cpu.map(text -> Quantity.millis("cpu request", text)).orElse(capacity.cpuMillisEach()),
            request
                .or(() -> limit)
                .map(text -> Quantity.units("memory request", text))
                .orElse(capacity.memoryBytesEach()));
    return new Resources(share, positive(memoryLimit), positive(storageLimit));
  }

  private static Optional<Long> positive(Optional<Long> bytes) {
    return bytes.filter(number -> number > 0);
  }

  private static Optional<String> find(
      List<Tasks.Resources.ResourceEntry> entries, ResourceName name) {
    return entries.stream()
        .filter(entry -> entry.getName() == name && !entry.getValue().isBlank())
        .map(Tasks.Resources.ResourceEntry::getValue)
        .findFirst();
  }
}
