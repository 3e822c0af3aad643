package dev.harrier.admin.dataproxy;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.nodeexecution.NodeExecutionQueries;
import dev.harrier.admin.nodeexecution.WholeLiterals;
import dev.harrier.admin.taskexecution.TaskExecutionQueries;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Literals.Literal;
import java.time.Duration;

/** Gives clients the data of nodes and attempts, and links to their decks. */
public final class OfferDownload {
  private final NodeExecutionQueries nodes;
  private final TaskExecutionQueries attempts;
  private final Access access;
  private final BlobStore blobs;
  private final DataProxySettings settings;

  public OfferDownload(
      NodeExecutionQueries nodes,
      TaskExecutionQueries attempts,
      Access access,
      BlobStore blobs,
      DataProxySettings settings) {
    this.nodes = requireNonNull(nodes, "nodes");
    this.attempts = requireNonNull(attempts, "attempts");
    this.access = requireNonNull(access, "access");
    this.blobs = requireNonNull(blobs, "blobs");
    this.settings = requireNonNull(settings, "settings");
  }

  /** The longest that a link may be good for. */
  Duration lifetimeMax() {
    return settings.downloadLifetimeMax();
  }

  /**
   * A link to the deck of a node's current attempt.
   *
   * @throws RejectedException NOT_FOUND if there is no such node, or it has none
   */
  BlobStore.Signed deck(Caller caller, NodeId node, Duration lifetime) {
    return blobs.signGet(nodes.deck(caller, node), lifetime);
  }

  /** A link to the deck that a name stands for. */
  BlobStore.Signed deck(Caller caller, FlyteUrl url) {
    var key =
        url.attempt().isPresent()
            ? attempts.deck(caller, new AttemptId(url.node(), url.attempt().get()))
            : nodes.deck(caller, url.node());
    return blobs.signGet(key, lifetimeMax());
  }

  /** What the node or the attempt that a name stands for took and gave. */
  WholeLiterals.Data data(Caller caller, FlyteUrl url) {
    return url.attempt().isPresent()
        ? attempts.data(caller, url.node(), url.attempt().get())
        : nodes.data(caller, url.node()).literals();
  }

  /** The one literal of those that a name stands for. */
  static Literal literal(FlyteUrl url, WholeLiterals.Data data, String name) {
    var map = url.part() == FlyteUrl.Part.INPUTS ? data.inputs() : data.outputsOrEmpty();
    var literal = map.getLiteralsMap().get(name);
    if (literal == null) {
      throw Rejection.invalid(
          "name [%s] not found in node execution [%s/%s]",
          name, url.node().execution(), url.node().path());
    }
    return literal;
  }

  /**
   * Answers for a file that a caller names by its path.
   *
   * @return why there is no link to it
   */
  RejectedException byPath(Caller caller, String nativeUrl) {
    // What is no blob of this store belongs to no project that anybody could be let in to.
    access.require(
        caller,
        Permission.DATA_DOWNLOAD_RAW,
        blobs.key(nativeUrl).map(BlobKey::scope).map(Scope::of).orElseGet(Scope::platform));
    return Rejection.unimplemented(
        "CreateDownloadLocation is not served, as a path tells nothing about who may read it: ask"
            + " for the data by CreateDownloadLink, GetData or GetNodeExecutionData.");
  }
}
