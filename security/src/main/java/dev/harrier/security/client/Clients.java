package dev.harrier.security.client;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The clients of this installation: the well-known public ones, and those that were added with
 * credentials of their own. A secret is always made here, never chosen, so no default one can be in
 * use.
 */
public final class Clients {
  private static final int REDIRECTS_MAX = 20;
  private static final int KEYS_MAX = 10;
  private static final int RSA_BITS_MIN = 2048;
  private static final String COLUMNS = "id, administrator, jwks, certificate_name, redirect_uris";

  private final Database database;
  private final AccountStatus accountStatus;
  private final Clock clock;

  public Clients(Database database, AccountStatus accountStatus, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.clock = requireNonNull(clock, "clock");
  }

  /** A client that may ask for tokens; disabled ones are not found. */
  public Optional<Client> find(String id) {
    return Client.WELL_KNOWN.stream()
        .filter(known -> known.id().equals(id))
        .findFirst()
        .or(() -> stored(id));
  }

  /** All confidential clients by id, without the disabled ones. */
  public List<Client> list() {
    return database
        .api()
        .run(
            "list the clients",
            connection -> {
              try (var statement =
                      connection.prepareStatement(
                          "SELECT "
                              + COLUMNS
                              + " FROM oauth_client WHERE disabled_at IS NULL ORDER BY id");
                  var rows = statement.executeQuery()) {
                var clients = new ArrayList<Client>();
                while (rows.next()) {
                  clients.add(read(rows));
                }
                return clients;
              }
            });
  }

  /**
   * Adds a client that proves itself by a secret.
   *
   * @return the secret, which nobody can read again
   * @throws RejectedException INVALID_ARGUMENT, or ALREADY_EXISTS also if it is disabled
   */
  public Secret addWithSecret(String id, boolean administrator, List<String> redirectUris) {
    var secret = OpaqueToken.make();
    add(
        new Client(id, new Client.Proof.BySecret(), administrator, redirectUris),
        Optional.of(OpaqueToken.digest(secret)));
    return secret;
  }

  /**
   * Adds a client that signs its requests ({@code private_key_jwt}).
   *
   * @param jwks its public keys (RFC 7517)
   */
  public void addWithKeys(
      String id, boolean administrator, List<String> redirectUris, String jwks) {
    add(
        new Client(id, new Client.Proof.ByKeys(checkedKeys(jwks)), administrator, redirectUris),
        Optional.empty());
  }

  /**
   * Adds a client that shows a certificate of the clients' authority ({@code tls_client_auth}).
   *
   * @param name that its certificate bears
   */
  public void addWithCertificate(
      String id, boolean administrator, List<String> redirectUris, CertificateName name) {
    add(
        new Client(id, new Client.Proof.ByCertificate(name), administrator, redirectUris),
        Optional.empty());
  }

  /**
   * Makes a secret for a client that administers, and the client if it is new; an older secret
   * ends.
   */
  public Secret renew(String id) {
    checkId(id);
    var secret = OpaqueToken.make();
    var unused =
        database
            .api()
            .run(
                "renew a client's secret",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO oauth_client (id, administrator, secret_digest, redirect_uris, created_at)"
                              + " VALUES (?, true, ?, '{}', ?)"
                              + " ON CONFLICT (id) DO UPDATE SET secret_digest = EXCLUDED.secret_digest")) {
                    Arguments.of(statement)
                        .text(id)
                        .bytes(OpaqueToken.digest(secret))
                        .instant(clock.instant());
                    return statement.executeUpdate();
                  }
                });
    accountStatus.refreshIfPossible();
    return secret;
  }

  /**
   * Makes a new secret for a client that has lost its own; the older one and all that people
   * granted to the client end. Tokens that it fetched for itself end by their time.
   *
   * @throws RejectedException NOT_FOUND also if it proves itself in another way
   */
  public Secret replaceSecret(String id) {
    var secret = OpaqueToken.make();
    var ended =
        database
            .api()
            .transaction(
                "replace a client's secret",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE oauth_client SET secret_digest = ? WHERE id = ?"
                              + " AND disabled_at IS NULL AND secret_digest IS NOT NULL")) {
                    Arguments.of(statement).bytes(OpaqueToken.digest(secret)).text(id);
                    if (statement.executeUpdate() == 0) {
                      throw Rejection.notFound("There is no client '%s' that has a secret.", id);
                    }
                  }
                  return accountStatus.revocations().grantsTo(connection, id);
                });
    accountStatus.end(ended);
    return secret;
  }

  /**
   * Disables a client for good; its tokens end.
   *
   * @throws RejectedException NOT_FOUND
   */
  public void disable(String id) {
    var ended =
        database
            .api()
            .transaction(
                "disable a client",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE oauth_client SET disabled_at = ?, secret_digest = NULL, jwks = NULL, certificate_name = NULL"
                              + " WHERE id = ? AND disabled_at IS NULL")) {
                    Arguments.of(statement).instant(clock.instant()).text(id);
                    if (statement.executeUpdate() == 0) {
                      throw Rejection.notFound("There is no client '%s'.", id);
                    }
                  }
                  return accountStatus.revocations().grantsTo(connection, id);
                });
    accountStatus.end(ended);
    accountStatus.refreshIfPossible();
  }

  /** Whether the secret is this client's. Takes as long for an unknown client as for a known. */
  public boolean proves(String id, Secret secret) {
    if (!Client.isId(id)) {
      return false;
    }
    var shown = OpaqueToken.digest(secret);
    var expected =
        database
            .api()
            .run(
                "read a client's secret",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "SELECT secret_digest FROM oauth_client"
                              + " WHERE id = ? AND disabled_at IS NULL")) {
                    Arguments.of(statement).text(id);
                    try (var rows = statement.executeQuery()) {
                      return rows.next()
                          ? Optional.ofNullable(rows.getBytes("secret_digest"))
                          : Optional.<byte[]>empty();
                    }
                  }
                });
    return MessageDigest.isEqual(expected.orElse(new byte[shown.length]), shown);
  }

  private Optional<Client> stored(String id) {
    if (!Client.isId(id)) {
      // Nobody's, and perhaps nothing that the database could be asked for.
      return Optional.empty();
    }
    return database
        .api()
        .run(
            "read a client",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT "
                          + COLUMNS
                          + " FROM oauth_client WHERE id = ? AND disabled_at IS NULL")) {
                Arguments.of(statement).text(id);
                try (var rows = statement.executeQuery()) {
                  return rows.next() ? Optional.of(read(rows)) : Optional.<Client>empty();
                }
              }
            });
  }

  private void add(Client client, Optional<byte[]> secretDigest) {
    checkId(client.id());
    if (client.redirectUris().size() > REDIRECTS_MAX) {
      throw Rejection.invalid(
          "client '%s': expected at most %s redirect URIs, found %s",
          client.id(), REDIRECTS_MAX, client.redirectUris().size());
    }
    for (var uri : client.redirectUris()) {
      if (!Client.isRedirect(uri)) {
        throw Rejection.invalid(
            "client '%s': expected redirect URIs with https, or http on loopback, and no fragment; found '%s'",
            client.id(), uri);
      }
    }
    var added =
        database
            .api()
            .run(
                "add a client",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO oauth_client (id, administrator, secret_digest, jwks, certificate_name, redirect_uris, created_at)"
                              + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
                    var arguments =
                        Arguments.of(statement).text(client.id()).truth(client.administrator());
                    if (secretDigest.isPresent()) {
                      arguments.bytes(secretDigest.get());
                    } else {
                      arguments.noBytes();
                    }
                    arguments
                        .optionalText(
                            client.proof() instanceof Client.Proof.ByKeys keys
                                ? Optional.of(keys.jwks())
                                : Optional.empty())
                        .optionalText(
                            client.proof() instanceof Client.Proof.ByCertificate certificate
                                ? Optional.of(certificate.name().toString())
                                : Optional.empty())
                        .textArray(client.redirectUris())
                        .instant(clock.instant());
                    return statement.executeUpdate();
                  }
                });
    if (added == 0) {
      throw Rejection.alreadyExists(
          "There is a client '%s' already; ids are not given twice.", client.id());
    }
    accountStatus.refreshIfPossible();
  }

  private static void checkId(String id) {
    if (!Client.isId(id)) {
      throw Rejection.invalid(
          "client: expected an id of 1 to 128 A-Z a-z 0-9 . _ -, found '%s'", id);
    }
    if (Client.WELL_KNOWN.stream().anyMatch(known -> known.id().equals(id))) {
      throw Rejection.alreadyExists("'%s' is a public client that is always there.", id);
    }
  }

  private static String checkedKeys(String jwks) {
    try {
      var keys = JWKSet.parse(jwks).getKeys();
      var good =
          !keys.isEmpty() && keys.size() <= KEYS_MAX && keys.stream().allMatch(Clients::usable);
      if (!good) {
        throw Rejection.invalid(
            "keys of a client: expected 1 to %s public keys, EC or RSA of %s bits or more; found others",
            KEYS_MAX, RSA_BITS_MIN);
      }
      return new JWKSet(keys).toPublicJWKSet().toString();
    } catch (ParseException e) {
      throw Rejection.invalid("keys of a client: expected a JWKS document, found no such JSON");
    }
  }

  private static boolean usable(JWK key) {
    var type = key.getKeyType();
    return !key.isPrivate()
        && (KeyType.EC.equals(type) || (KeyType.RSA.equals(type) && key.size() >= RSA_BITS_MIN));
  }

  private static Client read(ResultSet row) throws SQLException {
    return new Client(
        Rows.text(row, "id"),
        proof(row),
        row.getBoolean("administrator"),
        Rows.texts(row, "redirect_uris"));
  }

  private static Client.Proof proof(ResultSet row) throws SQLException {
    Optional<Client.Proof> keys = Rows.optionalText(row, "jwks").map(Client.Proof.ByKeys::new);
    Optional<Client.Proof> certificate =
        Rows.optionalText(row, "certificate_name")
            .map(CertificateName::parse)
            .map(Client.Proof.ByCertificate::new);
    return keys.or(() -> certificate).orElseGet(Client.Proof.BySecret::new);
  }
}
