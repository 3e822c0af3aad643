package dev.harrier.secrets;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client of a service that is made when it is first needed: that costs a tenth of a second and
 * more, which most servers never need. May be asked from several threads; one of them makes it for
 * all.
 */
public final class FirstUse<C> implements AutoCloseable {
  private final Making<C> making;
  private final Consumer<C> ending;
  private @Nullable C made;
  private boolean closed;

  /** Makes a client. */
  public interface Making<C> {
    /** Asked once, and again only if it failed. */
    C make() throws ServiceUnavailableException;
  }

  /**
   * @param ending what becomes of a client that was made, when this is closed
   */
  public FirstUse(Making<C> making, Consumer<C> ending) {
    this.making = requireNonNull(making, "making");
    this.ending = requireNonNull(ending, "ending");
  }

  /**
   * The client.
   *
   * @throws ServiceUnavailableException if it cannot be made now, or this was closed
   */
  public synchronized C get() throws ServiceUnavailableException {
    if (closed) {
      throw new ServiceUnavailableException("is asked no more: this server stops");
    }
    var known = made;
    if (known == null) {
      known = making.make();
      made = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    closed = true;
    var known = made;
    made = null;
    if (known != null) {
      ending.accept(known);
    }
  }
}
