package dev.harrier.admin.inventory;

import dev.harrier.spi.Quantity;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Tasks.Resources.ResourceName;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The amounts of resources that tasks, and nodes that override them, ask for. */
public final class ResourceAmounts {
  private static final Set<ResourceName> CHECKED =
      EnumSet.of(
          ResourceName.CPU, ResourceName.MEMORY, ResourceName.GPU, ResourceName.EPHEMERAL_STORAGE);

  private static final BigDecimal CPU_MAX = BigDecimal.valueOf(Long.MAX_VALUE).movePointLeft(3);

  private ResourceAmounts() {}

  /** Whether the amount of such a resource must be a quantity; as in Flyte the others may not. */
  public static boolean checked(ResourceName resource) {
    return CHECKED.contains(resource);
  }

  /** The amount; empty if it is none that a runtime can count, processors in thousandths. */
  public static Optional<BigDecimal> parse(ResourceEntry entry) {
    return Quantity.parse(entry.getValue())
        .filter(amount -> entry.getName() != ResourceName.CPU || amount.compareTo(CPU_MAX) <= 0);
  }
}
