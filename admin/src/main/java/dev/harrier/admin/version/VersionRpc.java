package dev.harrier.admin.version;

import static java.util.Objects.requireNonNull;

import flyteidl.admin.VersionOuterClass.GetVersionResponse;
import flyteidl.admin.VersionOuterClass.Version;

/** The call that asks for the release. */
public final class VersionRpc {
  private final String version;

  /**
   * @param version of this program, e.g. {@code 0.1.0}
   */
  public VersionRpc(String version) {
    this.version = requireNonNull(version, "version");
  }

  /** GetVersion. */
  public GetVersionResponse get() {
    // Clients take a version for one only if it begins with this letter.
    return GetVersionResponse.newBuilder()
        .setControlPlaneVersion(Version.newBuilder().setVersion("v" + version))
        .build();
  }
}
