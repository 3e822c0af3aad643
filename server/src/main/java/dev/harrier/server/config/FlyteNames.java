package dev.harrier.server.config;

import java.util.Map;
import java.util.Optional;

/** Settings of Flyte that Harrier does not have, and what to do instead. */
final class FlyteNames {
  private static final String ONE_PORT =
      "Harrier serves gRPC and HTTP on one port: set server.port.";
  private static final String ALWAYS =
      "Harrier has no mode without authentication: take the setting out.";
  private static final String NO_KUBERNETES =
      "Harrier runs tasks without Kubernetes: take the setting out.";

  private static final String BOTH_HEADERS =
      "The headers flyte-authorization and authorization are both read: take the setting out.";
  private static final String PROXY =
      "Name the proxy to Java: -Dhttps.proxyHost and -Dhttps.proxyPort in HARRIER_JAVA_OPTIONS.";
  private static final String SECRET_FILE =
      "Set clientSecretFile to a file that nobody else may read.";
  private static final String COOKIES =
      "Cookies hold random numbers for sessions that are in the database, and are as strict as browsers know: take the setting out.";
  private static final String ASKED_SELDOM =
      "What a provider publishes is kept, and asked for ever more rarely while it is down: take the setting out.";
  private static final String OWN_KEYS =
      "Keys are made and rotated in the home: take the setting out.";

  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("server.httpPort", ONE_PORT),
          Map.entry("server.grpcPort", ONE_PORT),
          Map.entry(
              "server.grpc",
              ONE_PORT + " For grpc.maxMessageSizeBytes set server.requestBytesMax."),
          Map.entry(
              "server.grpcServerReflection",
              "Harrier serves no reflection: clients bring Flyte's protos."),
          Map.entry("server.kube-config", NO_KUBERNETES),
          Map.entry("server.master", NO_KUBERNETES),
          Map.entry("server.kubeClientConfig", NO_KUBERNETES),
          Map.entry(
              "server.readHeaderTimeoutSeconds", "Set server.callTimeout, e.g. '30s', instead."),
          Map.entry(
              "server.dataProxy",
              "Uploads and downloads by signed URL have fixed limits: take the setting out."),
          Map.entry(
              "server.thirdPartyConfig",
              "The clients flyte-cli and flytectl are known by themselves: take the setting out."),
          Map.entry("server.security.auditAccess", "Take the setting out."),
          Map.entry("auth.disableForHttp", ALWAYS),
          Map.entry("auth.disableForGrpc", ALWAYS),
          Map.entry("auth.httpAuthorizationHeader", BOTH_HEADERS),
          Map.entry("auth.grpcAuthorizationHeader", BOTH_HEADERS),
          Map.entry("auth.httpProxyURL", PROXY),
          Map.entry("auth.userAuth.httpProxyURL", PROXY),
          Map.entry("auth.appAuth.externalAuthServer.httpProxyURL", PROXY),
          Map.entry("auth.userAuth.openId.clientSecretName", SECRET_FILE),
          Map.entry("auth.userAuth.providers.clientSecretName", SECRET_FILE),
          Map.entry("auth.userAuth.cookieHashKeySecretName", COOKIES),
          Map.entry("auth.userAuth.cookieBlockKeySecretName", COOKIES),
          Map.entry("auth.userAuth.cookieSetting", COOKIES),
          Map.entry(
              "auth.userAuth.idpQueryParameter",
              "People choose among auth.userAuth.providers on the page where they log in: take the setting out."),
          Map.entry(
              "auth.appAuth.authServerType",
              "Harrier's own authorization server always answers, and access tokens of auth.appAuth.externalAuthServer are taken beside it: take the setting out."),
          Map.entry(
              "auth.appAuth.thirdPartyConfig",
              "pyflyte and flytectl log in at Harrier's own authorization server, where people of outside providers log in as well: take the setting out."),
          Map.entry("auth.appAuth.externalAuthServer.retryAttempts", ASKED_SELDOM),
          Map.entry("auth.appAuth.externalAuthServer.retryDelay", ASKED_SELDOM),
          Map.entry(
              "auth.appAuth.selfAuthServer.issuer",
              "Harrier has one address, in tokens as in links: set server.url."),
          Map.entry("auth.appAuth.selfAuthServer.claimSymmetricEncryptionKeySecretName", OWN_KEYS),
          Map.entry("auth.appAuth.selfAuthServer.tokenSigningRSAKeySecretName", OWN_KEYS),
          Map.entry("auth.appAuth.selfAuthServer.oldTokenSigningRSAKeySecretName", OWN_KEYS),
          Map.entry(
              "auth.appAuth.selfAuthServer.staticClients",
              "Clients are added with 'harrier client add', and none comes with the program but pyflyte's and flytectl's public ones."));

  private FlyteNames() {}

  /** What to do about a setting of Flyte that is unknown here; empty if Flyte has no such. */
  static Optional<String> instead(String path) {
    return Optional.ofNullable(INSTEAD.get(path));
  }
}
