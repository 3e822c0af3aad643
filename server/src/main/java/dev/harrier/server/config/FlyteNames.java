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
          Map.entry("auth.enabled", ALWAYS),
          Map.entry("auth.disableForHttp", ALWAYS),
          Map.entry("auth.disableForGrpc", ALWAYS),
          Map.entry(
              "auth.authorizedUris",
              "Harrier has one address, in tokens as in links: set server.url."));

  private FlyteNames() {}

  /** What to do about a setting of Flyte that is unknown here; empty if Flyte has no such. */
  static Optional<String> instead(String path) {
    return Optional.ofNullable(INSTEAD.get(path));
  }
}
