package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * Names a blob of one project and domain. Access is decided on those two, never on the start of a
 * text.
 *
 * @param path relative, of non-empty segments between single slashes; no segment is {@code .} or
 *     {@code ..}, none holds a backslash or a control character
 */
public record BlobKey(ProjectDomain scope, String path) {
  /** The longest path, in characters. */
  public static final int PATH_MAX = 1024;

  public BlobKey {
    requireNonNull(scope, "scope");
    checkSegment(scope.project());
    checkSegment(scope.domain());
    if (path.isEmpty() || path.length() > PATH_MAX) {
      throw Rejection.invalid(
          "blob path: expected 1 to %s characters, got %s", PATH_MAX, path.length());
    }
    for (var segment : path.split("/", -1)) {
      checkSegment(segment);
    }
  }

  /** The key of a blob below this one. */
  public BlobKey child(String name) {
    return new BlobKey(scope, path + "/" + name);
  }

  private static void checkSegment(String segment) {
    var wrong =
        segment.isEmpty()
            || segment.equals(".")
            || segment.equals("..")
            || segment
                .chars()
                .anyMatch(
                    c -> c < ' ' || c == 0x7f || c == '\\' || c == '/' || c == '?' || c == '#');
    if (wrong) {
      throw Rejection.invalid("blob path: '%s' is not a name that a stored file may have", segment);
    }
  }

  @Override
  public String toString() {
    return scope + "/" + path;
  }
}
