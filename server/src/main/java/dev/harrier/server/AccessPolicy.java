package dev.harrier.server;

import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.policy.PolicyException;
import dev.harrier.security.policy.PolicyFile;
import dev.harrier.security.policy.PolicyInForce;
import dev.harrier.security.policy.PolicyQueries;
import dev.harrier.security.policy.PolicyStore;
import dev.harrier.security.policy.PolicyTable;
import dev.harrier.security.policy.PutPolicy;
import dev.harrier.security.policy.WriterLimits;
import dev.harrier.security.rpc.AccessRpc;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.PolicyPlace;
import dev.harrier.server.home.Home;
import java.nio.file.Files;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access policy of this server.
 *
 * @param store where its text is
 * @param inForce what decides by it
 */
record AccessPolicy(PolicyStore store, PolicyInForce inForce) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessPolicy.class);

  /**
   * Takes what is there.
   *
   * @throws ConfigurationException if it is not sound
   */
  static AccessPolicy open(PolicyPlace place, Home home, Database database, Clock clock) {
    var store = store(place, home, database, clock);
    try {
      return new AccessPolicy(store, PolicyInForce.open(store));
    } catch (PolicyException unsound) {
      throw new ConfigurationException(
          "The access policy in %s is not sound:\n  %s"
              .formatted(store.source(), String.join("\n  ", unsound.findings())));
    }
  }

  private static PolicyStore store(PolicyPlace place, Home home, Database database, Clock clock) {
    return switch (place) {
      case FILE -> new PolicyFile(home.accessPolicy());
      case DATABASE -> {
        if (Files.exists(home.accessPolicy())) {
          LOG.warn(
              "{} says nothing: the access policy is in the database (auth.policy)",
              home.accessPolicy());
        }
        yield new PolicyTable(database, clock);
      }
    };
  }

  /** The API to it. */
  AccessRpc rpc(Access access, String issuer, AccountStatus accountStatus, Clock clock) {
    var limits = new WriterLimits(access, issuer, accountStatus::administers, clock);
    return new AccessRpc(
        new PolicyQueries(access, store, inForce, issuer, accountStatus::administrators, clock),
        new PutPolicy(access, limits, store, inForce, clock));
  }

  @Override
  public void close() {
    inForce.close();
  }
}
