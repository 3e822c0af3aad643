package dev.harrier.security.services;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
import dev.harrier.security.client.Clients;
import dev.harrier.security.oauth.AuthorizationServer;
import dev.harrier.security.oauth.ServerMetadata;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.session.KnownBrowsers;
import dev.harrier.security.session.People;
import dev.harrier.security.session.Rechecks;
import dev.harrier.security.session.SessionCallers;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.sweep.Sweep;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.security.user.LoginDelays;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.PasswordLogin;
import dev.harrier.security.user.Users;
import java.time.Clock;

/** Puts the packages of this room together: who calls, how they log in, and the tokens they get. */
public final class SecurityServices implements AutoCloseable {
  private final ServerAddress address;
  private final SecurityKeys keys;
  private final AccountStatus accountStatus;
  private final TokenIssuer tokens;
  private final TokenVerifier verifier;
  private final Authenticator authenticator;

  private final Providers providers;
  private final People people;
  private final Sessions sessions;
  private final KnownBrowsers browsers;

  private final Users users;
  private final PasswordLinks links;
  private final LoginDelays delays;
  private final PasswordLogin passwords;

  private final Clients clients;
  private final AuthorizationServer authorization;
  private final ServerMetadata metadata;

  private final Rechecks rechecks;
  private final Sweep sweep;

  /**
   * Wires all of them; nothing is asked before {@link #start}, and nobody outside before a login.
   *
   * @param attempts which tokens of tasks are still good
   * @param log that is told of logins which end because somebody else may have them
   */
  public SecurityServices(
      Database database,
      SecurityKeys keys,
      LiveAttempts attempts,
      SecuritySettings settings,
      AuditLog log,
      Clock clock) {
    this.address = settings.address();
    this.keys = requireNonNull(keys, "keys");
    this.accountStatus = new AccountStatus(database, clock);
    this.tokens = new TokenIssuer(address.issuer(), keys.signing(), clock);
    this.verifier =
        new TokenVerifier(address.issuer(), keys.signing(), clock, accountStatus, attempts);

    this.providers =
        new Providers(
            settings.providers(), address.at(ServerAddress.CALLBACK_PATH), accountStatus, clock);
    this.people = new People(database, accountStatus, clock);
    this.sessions =
        new Sessions(
            database, accountStatus, people, keys.encryption(), settings.sessions(), clock);
    this.browsers = new KnownBrowsers(keys.encryption(), address, clock);
    this.authenticator =
        new Authenticator(
            verifier, providers, new SessionCallers(sessions, address, settings.callingOrigins()));

    this.users = new Users(database, accountStatus, clock);
    this.links = new PasswordLinks(database, accountStatus, clock);
    this.delays = new LoginDelays(database, clock);
    this.passwords = PasswordLogin.of(users, links, delays);

    this.clients = new Clients(database, accountStatus, clock);
    this.authorization =
        AuthorizationServer.of(
            address,
            database,
            clients,
            accountStatus,
            tokens,
            verifier,
            settings.lifetimes(),
            log,
            clock);
    this.metadata = new ServerMetadata(address, settings.certificates());

    this.rechecks = new Rechecks(sessions, providers, settings.sessions().recheck());
    this.sweep = new Sweep(database, keys.signing(), clock);
  }

  /**
   * Reads what ended meanwhile, and keeps all of it fresh from now on.
   *
   * @throws dev.harrier.spi.StoreUnavailableException if the database is out of reach
   */
  public void start() {
    accountStatus.start();
    sweep.start();
    rechecks.start();
  }

  /** Where clients reach this server. */
  public ServerAddress address() {
    return address;
  }

  public SecurityKeys keys() {
    return keys;
  }

  /** What became of callers and their tokens. */
  public AccountStatus accountStatus() {
    return accountStatus;
  }

  /** Makes tokens. */
  public TokenIssuer tokens() {
    return tokens;
  }

  /** Checks the tokens that are made here. */
  public TokenVerifier verifier() {
    return verifier;
  }

  /** Finds who calls, however they show it. */
  public Authenticator authenticator() {
    return authenticator;
  }

  /** The outside providers. */
  public Providers providers() {
    return providers;
  }

  /** Whom those vouched for. */
  public People people() {
    return people;
  }

  /** Who is logged in at browsers. */
  public Sessions sessions() {
    return sessions;
  }

  /** Browsers in which somebody logged in before. */
  public KnownBrowsers browsers() {
    return browsers;
  }

  /** Those with a password. */
  public Users users() {
    return users;
  }

  /** With which they choose it. */
  public PasswordLinks links() {
    return links;
  }

  /** How long somebody waits who guesses. */
  public LoginDelays delays() {
    return delays;
  }

  /** Logs in by password. */
  public PasswordLogin passwords() {
    return passwords;
  }

  /** Programs that call. */
  public Clients clients() {
    return clients;
  }

  /** The endpoints where those get their tokens. */
  public AuthorizationServer authorization() {
    return authorization;
  }

  /** What this server tells clients about them. */
  public ServerMetadata metadata() {
    return metadata;
  }

  @Override
  public void close() {
    sweep.close();
    rechecks.close();
    providers.close();
    accountStatus.close();
  }
}
