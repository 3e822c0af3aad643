package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import flyteidl.core.Security.Secret;
import flyteidl.core.Security.Secret.MountType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Secrets where flytekit 1.16 looks for them: a variable {@code _FSEC_<GROUP>[_<VERSION>]_<KEY>},
 * or a file {@code <group>[/<version>]/<key>} in lower case. Who asks for no certain way gets a
 * file: what a task starts inherits its variables. Of a variable with a version there is one
 * without it as well, since Flyte's own injector leaves the version out.
 */
public final class FlytekitSecrets implements AttemptSecrets {
  /** The most that one task may ask for. */
  static final int ASKED_MAX = 100;

  static final String PREFIX = "_FSEC_";

  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]*");
  private static final List<String> RESERVED =
      List.of("LD_", "PYTHON", "FLYTE_", "_F_", "_FSEC_", "HARRIER_");
  private static final List<String> RESERVED_NAMES = List.of("PATH", "HOME", "FLYTECTL_CONFIG");

  private final BiFunction<ExecutionId, SecretId, SecretValue> source;

  /**
   * @param source decides whether an execution's tasks may have a secret, and finds it; refuses
   *     what is missing
   */
  public FlytekitSecrets(BiFunction<ExecutionId, SecretId, SecretValue> source) {
    this.source = requireNonNull(source, "source");
  }

  @Override
  public Found of(AttemptStart start) {
    var asked = start.task().getSecurityContext().getSecretsList();
    if (asked.isEmpty()) {
      return Found.NOTHING;
    }
    if (asked.size() > ASKED_MAX) {
      throw Rejection.invalid(
          "The task asks for %s secrets: expected at most %s.", asked.size(), ASKED_MAX);
    }
    var places = new Places();
    for (var one : asked) {
      var id = id(one);
      places.add(one, id, source.apply(start.id().node().execution(), id).reveal());
    }
    places.addShortNames();
    return new Found(places.environment, places.files, places.pathVariables);
  }

  private static SecretId id(Secret asked) {
    return new SecretId(
        asked.getGroup(),
        asked.getKey(),
        Optional.of(asked.getGroupVersion()).filter(version -> !version.isEmpty()));
  }

  /** Where the values go; two secrets that would be one to the task are refused. */
  private static final class Places {
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> pathVariables = new HashMap<>();
    private final Map<String, SecretId> taken = new HashMap<>();
    private final Map<String, Set<SecretId>> shortNames = new HashMap<>();

    void add(Secret asked, SecretId id, String value) {
      var unversioned = SecretId.of(id.group(), id.key());
      if (asked.getMountRequirement() == MountType.ENV_VAR) {
        put(environment, variable(id), value, id);
        shortNames.computeIfAbsent(variable(unversioned), first -> new HashSet<>()).add(id);
        ownVariable(asked, id).ifPresent(name -> put(environment, name, value, id));
        return;
      }
      put(files, file(id), value, id);
      ownVariable(asked, id).ifPresent(name -> put(pathVariables, name, file(id), id));
    }

    /** The name without a version, unless that is another secret's or could be one of two. */
    void addShortNames() {
      shortNames.forEach(
          (name, ids) -> {
            var id = ids.iterator().next();
            if (ids.size() == 1 && !taken.containsKey(name)) {
              environment.put(name, requireNonNull(environment.get(variable(id))));
            }
          });
    }

    private void put(Map<String, String> where, String name, String value, SecretId id) {
      var other = taken.putIfAbsent(name, id);
      if (other != null && !other.equals(id)) {
        throw Rejection.invalid(
            "The task asks for the secrets '%s' and '%s', which would both be '%s' to it.",
            other, id, name);
      }
      for (var file : files.keySet()) {
        if (where == files && (file.startsWith(name + "/") || name.startsWith(file + "/"))) {
          throw Rejection.invalid(
              "The task asks for the secret '%s': its file '%s' cannot be beside '%s'.",
              id, name, file);
        }
      }
      where.put(name, value);
    }

    private static Optional<String> ownVariable(Secret asked, SecretId id) {
      var name = asked.getEnvVar();
      if (name.isEmpty()) {
        return Optional.empty();
      }
      if (!VARIABLE.matcher(name).matches()
          || RESERVED.stream().anyMatch(name::startsWith)
          || RESERVED_NAMES.contains(name)) {
        throw Rejection.invalid(
            "The task asks for the secret '%s' in a variable: expected one of A-Z 0-9 and _ that neither the system nor Flyte uses, found '%s'.",
            id, name.replaceAll("[^\\x20-\\x7e]", "?"));
      }
      return Optional.of(name);
    }

    private static String variable(SecretId id) {
      return PREFIX + parts(id).collect(Collectors.joining("_")).toUpperCase(Locale.ROOT);
    }

    private static String file(SecretId id) {
      return parts(id).collect(Collectors.joining("/")).toLowerCase(Locale.ROOT);
    }

    private static Stream<String> parts(SecretId id) {
      return Stream.of(Stream.of(id.group()), id.version().stream(), Stream.of(id.key()))
          .flatMap(part -> part);
    }
  }
}
