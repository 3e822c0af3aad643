package dev.harrier.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.security.Secret;
import dev.harrier.security.provider.ProviderSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outside providers as an operator writes them down, Flyte's way and with more of them. */
final class ProviderConfigTest {
  private final Path file;
  private final Path secret;

  ProviderConfigTest(@TempDir Path folder) throws IOException {
    file = folder.resolve("config.yaml");
    secret = Files.writeString(folder.resolve("secret"), "hush\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void without_a_word_there_is_no_provider() throws IOException {
    assertThat(read("").providers()).isEmpty();
  }

  @Test
  void values_for_flyte_carry_over() throws IOException {
    var auth =
        read(
            """
            auth:
              authorizedUris: [https://flyte.example.org]
              userAuth:
                redirectUrl: /console
                openId:
                  baseUrl: https://dev-1.okta.com/oauth2/default
                  clientId: 0oa
                  clientSecretFile: %s
                  scopes: [profile, openid, groups]
              appAuth:
                externalAuthServer:
                  baseUrl: https://dev-1.okta.com/oauth2/other
                  metadataUrl: .well-known/oauth-authorization-server
                  allowedAudience: [api]
            """
                .formatted(secret));

    var providers = auth.providers();
    assertThat(providers).hasSize(2);
    var people = providers.getFirst();
    assertThat(people.issuer()).isEqualTo("https://dev-1.okta.com/oauth2/default");
    assertThat(people.metadata())
        .isEqualTo(
            URI.create("https://dev-1.okta.com/oauth2/default/.well-known/openid-configuration"));
    var login = people.login().orElseThrow();
    assertThat(login.scopes()).containsExactly("profile", "openid", "groups");
    assertThat(login.clientSecret().map(Secret::reveal)).contains("hush");
    assertThat(people.audiences()).isEmpty();
    var programs = providers.getLast();
    assertThat(programs.login()).isEmpty();
    assertThat(programs.audiences()).containsExactly("api");
    assertThat(programs.metadata())
        .isEqualTo(
            URI.create(
                "https://dev-1.okta.com/oauth2/other/.well-known/oauth-authorization-server"));
    assertThat(auth.userAuth().redirectUrl()).isEqualTo("/console");
    assertThat(auth.toString()).doesNotContain("hush");
  }

  @Test
  void there_may_be_several_and_one_is_for_people_and_programs() throws IOException {
    var providers =
        read("""
                auth:
                  userAuth:
                    providers:
                      - {name: google, clientId: a, baseUrl: 'https://accounts.google.com'}
                      - {name: azure, label: Azure AD, clientId: b, groupsClaims: [roles], groupsPrefix: az-,
                         baseUrl: 'https://login.microsoftonline.com/t/v2.0', scopes: [profile]}
                  appAuth:
                    externalAuthServer: {baseUrl: 'https://login.microsoftonline.com/t/v2.0', allowedAudience: api}
                """)
            .providers();

    assertThat(providers).extracting(ProviderSettings::name).containsExactly("google", "azure");
    assertThat(providers.getFirst().groupClaims()).containsExactly("groups");
    var azure = providers.getLast();
    assertThat(azure.label()).isEqualTo("Azure AD");
    assertThat(azure.audiences()).containsExactly("api");
    assertThat(azure.groupClaims()).containsExactly("roles");
    assertThat(azure.groupPrefix()).isEqualTo("az-");
    assertThat(azure.login().orElseThrow().scopes()).isEqualTo(List.of("openid", "profile"));
  }

  @ParameterizedTest
  @CsvSource({
    "'openId: {baseUrl: ''https://idp''}', 'auth.userAuth.openId.clientId: expected'",
    "'openId: {clientId: a}', 'auth.userAuth.openId.baseUrl: expected'",
    "'openId: {clientId: a, baseUrl: ''http://idp.example.org''}', 'https'",
    "'openId: {clientId: a, baseUrl: ''https://me:pw@idp''}', 'issuer: expected'",
    "'openId: {clientId: a, baseUrl: ''nonsense''}', 'issuer: expected'",
    "'openId: {clientId: a, baseUrl: ''https://idp'', allowedAudience: [a]}', 'ID tokens'",
    "'openId: {clientId: a, baseUrl: ''https://idp'', clientSecretFile: /none}', 'cannot be read'",
    "'openId: {clientId: a, clientSecretName: x}', 'Set clientSecretFile'",
    "'providers: [{name: A, clientId: a, baseUrl: ''https://idp''}]', 'name: expected'",
    "'providers: [{name: a, clientId: a, baseUrl: ''https://i''}, {name: a, clientId: a, baseUrl: ''https://j''}]', 'once'",
    "'providers: [{name: a, clientId: a, baseUrl: ''https://i''}, {name: b, clientId: a, baseUrl: ''https://i''}]', 'once'",
    "'providers: [7]', 'a group of names and values'",
    "'providers: [{naem: a}]', 'Did you mean'",
    "'cookieHashKeySecretName: x', 'take the setting out'",
    "'redirectUrl: //evil.example', 'a path of this server'",
  })
  void what_is_missing_or_dangerous_is_explained(String yaml, String message) {
    assertThatThrownBy(() -> read("auth: {userAuth: {%s}}".formatted(yaml)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'appAuth: {externalAuthServer: {baseUrl: ''https://idp''}}', 'allowedAudience'",
    "'appAuth: {externalAuthServer: {allowedAudience: [a]}}', 'baseUrl'",
    "'appAuth: {authServerType: External}', 'take the setting out'",
    "'authorizedUris: [javascript:x]', 'auth.authorizedUris'",
    "'authorizedUris: [''https://a@b'']', 'auth.authorizedUris'",
    "'session: {idleTimeout: 8d}', 'auth.session'",
    "'session: {recheckInterval: 0s}', 'recheckInterval'",
    "'disableForHttp: true', 'no mode without authentication'",
  })
  void so_is_what_programs_and_sessions_could_get_wrong(String yaml, String message) {
    assertThatThrownBy(() -> read("auth: {%s}".formatted(yaml)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_secret_that_others_may_read_is_refused_and_never_shown() throws IOException {
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(
            () ->
                read(
                    "auth: {userAuth: {openId: {clientId: a, baseUrl: 'https://i', clientSecretFile: %s}}}"
                        .formatted(secret)))
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining("hush");
  }

  @Test
  void a_secret_that_everybody_knows_is_refused() throws IOException {
    Files.writeString(secret, "foobar\n");

    assertThatThrownBy(
            () ->
                read(
                    "auth: {userAuth: {openId: {clientId: a, baseUrl: 'https://i', clientSecretFile: %s}}}"
                        .formatted(secret)))
        .hasMessageContaining("everybody knows")
        .hasMessageNotContaining("foobar");
  }

  @Test
  void sessions_have_their_times() throws IOException {
    var limits =
        read("auth: {session: {idleTimeout: 30m, absoluteTimeout: 8h, recheckInterval: 1m}}")
            .sessionLimits();

    assertThat(limits.idle()).isEqualTo(Duration.ofMinutes(30));
    assertThat(limits.absolute()).isEqualTo(Duration.ofHours(8));
    assertThat(limits.recheck()).isEqualTo(Duration.ofMinutes(1));
  }

  private AuthConfig read(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return ConfigReader.read(Optional.of(file), Map.of(), Map.of()).auth();
  }
}
