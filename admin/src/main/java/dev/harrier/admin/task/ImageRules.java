package dev.harrier.admin.task;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The container images that tasks may name, whoever registers them.
 *
 * <p>A pattern is an image's whole name, in which {@code *} stands for any letters but a slash, and
 * {@code **} for any at all: {@code ghcr.io/team/*}, {@code registry.example.org/**@sha256:*}.
 * Names are compared as they are written: {@code python} is not {@code docker.io/library/python}.
 */
public final class ImageRules {
  /** Any image. */
  public static final ImageRules ANY = new ImageRules(List.of());

  /** A registry's name, a path and a digest fit twice. */
  private static final int LENGTH_MAX = 1024;

  private final List<String> allowed;
  private final List<Pattern> patterns;

  /**
   * @param allowed patterns, one of which must match; none means any image
   */
  public ImageRules(List<String> allowed) {
    this.allowed = List.copyOf(allowed);
    this.patterns = allowed.stream().map(ImageRules::compiled).toList();
  }

  /**
   * Takes an image that a task names.
   *
   * @param image empty for a task without one
   * @throws RejectedException INVALID_ARGUMENT that names the image and what is allowed
   */
  void check(String image) {
    if (image.isEmpty() || patterns.isEmpty()) {
      return;
    }
    if (image.length() > LENGTH_MAX
        || patterns.stream().noneMatch(pattern -> pattern.matcher(image).matches())) {
      throw Rejection.invalid(
          "container image: expected one that this installation allows (%s), found '%s'",
          String.join(", ", allowed), image.substring(0, Math.min(image.length(), LENGTH_MAX)));
    }
  }

  private static Pattern compiled(String pattern) {
    return Pattern.compile(
        Pattern.compile("\\*\\*|\\*|[^*]+")
            .matcher(pattern)
            .results()
            .map(
                part ->
                    switch (part.group()) {
                      case "**" -> "[^\\s]*";
                      case "*" -> "[^/\\s]*";
                      default -> Pattern.quote(part.group());
                    })
            .collect(Collectors.joining()));
  }
}
