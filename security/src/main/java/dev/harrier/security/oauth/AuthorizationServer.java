package dev.harrier.security.oauth;

import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
import dev.harrier.security.client.Clients;
import dev.harrier.security.session.People;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import java.time.Clock;
import java.util.Set;

/**
 * The endpoints of the built-in authorization server, wired to each other.
 *
 * @param authorize what browsers ask for
 * @param tokens what clients get
 * @param queries what clients ask about tokens
 * @param devices for those without a browser
 */
public record AuthorizationServer(
    AuthorizeEndpoint authorize,
    TokenEndpoint tokens,
    TokenQueries queries,
    DeviceEndpoint devices) {

  /** The endpoints over one database. */
  public static AuthorizationServer of(
      ServerAddress address,
      Database database,
      Clients clients,
      AccountStatus accountStatus,
      TokenIssuer issuer,
      TokenVerifier verifier,
      Lifetimes lifetimes,
      AuditLog log,
      Clock clock) {
    var audiences = Set.of(address.issuer(), address.at(ServerAddress.TOKEN_PATH));
    var authentication =
        new ClientAuthentication(
            clients, new ClientAssertions(audiences, clients, database, clock));
    var grants = new Grants(database, accountStatus, lifetimes, log, clock);
    var refreshTokens = new RefreshTokens(database, grants, accountStatus, lifetimes, clock);
    var codes = new AuthorizationCodes(database, grants, refreshTokens, lifetimes, clock);
    var devices =
        new DeviceEndpoint(address, authentication, grants, refreshTokens, database, clock);
    return new AuthorizationServer(
        new AuthorizeEndpoint(address.issuer(), clients, codes),
        new TokenEndpoint(
            authentication,
            grants,
            codes,
            refreshTokens,
            devices,
            issuer,
            new People(database, accountStatus, clock)),
        new TokenQueries(address.issuer(), authentication, grants, refreshTokens, verifier),
        devices);
  }
}
