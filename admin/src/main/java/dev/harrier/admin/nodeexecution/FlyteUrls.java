package dev.harrier.admin.nodeexecution;

import dev.harrier.spi.NodeId;
import flyteidl.admin.Common.FlyteURLs;

/** Names of data that clients show and give back, such as {@code flyte://v1/p/d/exec/n0/i}. */
public final class FlyteUrls {
  /** What all of them begin with. */
  public static final String PREFIX = "flyte://v1/";

  private FlyteUrls() {}

  /** Those of a node. */
  static FlyteURLs of(NodeId node, boolean deck) {
    return below(base(node), deck);
  }

  /** Those of one attempt of a task node. */
  public static FlyteURLs of(NodeId node, int attempt) {
    return below(base(node) + "/" + attempt, false);
  }

  private static String base(NodeId node) {
    var execution = node.execution();
    return PREFIX
        + String.join("/", execution.project(), execution.domain(), execution.name(), node.path());
  }

  private static FlyteURLs below(String base, boolean deck) {
    var urls = FlyteURLs.newBuilder().setInputs(base + "/i").setOutputs(base + "/o");
    if (deck) {
      urls.setDeck(base + "/d");
    }
    return urls.build();
  }
}
