package dev.harrier.server.config;

import dev.harrier.spi.NearestName;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Puts the configuration together: defaults, then the file, then the environment, then flags; what
 * comes later wins.
 */
public final class ConfigReader {
  private static final String PREFIX = "HARRIER_";

  /** A thousand times what anybody would write. */
  private static final long FILE_BYTES_MAX = 1 << 20;

  private static final String OF_TESTS = "HARRIER_TEST_";

  /** Variables with that prefix that are read elsewhere: by launchers, commands and tests. */
  private static final List<String> OTHERS =
      List.of(
          "HARRIER_HOME",
          "HARRIER_CONFIG",
          "HARRIER_EXAMPLES",
          "HARRIER_JAVA_OPTIONS",
          "HARRIER_PYTHON");

  private static final Pattern SERVICE_VARIABLE =
      Pattern.compile(
          ".*_SERVICE_HOST|.*_SERVICE_PORT(_.*)?|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://[^/]+:[0-9]+");

  private ConfigReader() {}

  /**
   * Reads the configuration.
   *
   * @param file of YAML, if there is one
   * @param environment of the process; a variable is named after its path, e.g. {@code
   *     HARRIER_SERVER_METRICS_PORT} for {@code server.metricsPort}
   * @param flags by path, e.g. {@code server.port}
   * @throws ConfigurationException that says what is wrong, and where
   */
  public static HarrierConfig read(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    var tree = file.map(ConfigReader::parse).orElseGet(LinkedHashMap::new);
    var paths = RecordReader.paths(HarrierConfig.DEFAULTS, "");
    var byVariable = new HashMap<String, String>();
    paths.forEach(path -> byVariable.put(variable(path), path));
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)
              && !OTHERS.contains(name)
              && !name.startsWith(OF_TESTS)
              && !ofKubernetes(name, value)) {
            var path = byVariable.get(name);
            if (path == null) {
              throw unknownVariable(name, byVariable);
            }
            put(tree, path, value);
          }
        });
    flags.forEach((path, value) -> put(tree, path, value));
    return RecordReader.read(HarrierConfig.DEFAULTS, tree, "");
  }

  // Kubernetes tells every pod where the services of its namespace are, in variables that begin
  // with
  // their names: HARRIER_SERVICE_HOST, HARRIER_PORT_443_TCP and so on for one called 'harrier'.
  private static boolean ofKubernetes(String name, String value) {
    return SERVICE_VARIABLE.matcher(name).matches() || SERVICE_ADDRESS.matcher(value).matches();
  }

  /** The name of the variable that sets a path. */
  static String variable(String path) {
    var name = new StringBuilder(PREFIX);
    for (var i = 0; i < path.length(); i++) {
      var letter = path.charAt(i);
      if (letter == '.') {
        name.append('_');
      } else {
        if (Character.isUpperCase(letter)) {
          name.append('_');
        }
        name.append(Character.toUpperCase(letter));
      }
    }
    return name.toString().toUpperCase(Locale.ROOT);
  }

  private static Map<String, Object> parse(Path file) {
    Object parsed;
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new ConfigurationException(
            "%s: expected at most %s bytes, found %s"
                .formatted(file, FILE_BYTES_MAX, Files.size(file)));
      }
      parsed =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
    } catch (NoSuchFileException none) {
      throw new ConfigurationException(
          "%s: expected a configuration file, found none".formatted(file));
    } catch (CharacterCodingException binary) {
      throw new ConfigurationException(
          "%s: expected text in UTF-8, found bytes that are none".formatted(file));
    } catch (IOException e) {
      throw new ConfigurationException("%s cannot be read: %s".formatted(file, e.getMessage()));
    } catch (StackOverflowError deep) {
      throw new ConfigurationException("%s: it is nested too deep".formatted(file));
    } catch (YamlEngineException e) {
      throw new ConfigurationException("%s is no YAML: %s".formatted(file, e.getMessage()));
    }
    if (parsed == null) {
      return new LinkedHashMap<>();
    }
    if (!(parsed instanceof Map<?, ?> map)) {
      throw new ConfigurationException(
          "%s: expected names and values, found one value".formatted(file));
    }
    try {
      return copied(map);
    } catch (StackOverflowError endless) {
      throw new ConfigurationException("%s: it contains itself".formatted(file));
    }
  }

  private static Map<String, Object> copied(Map<?, ?> map) {
    var copy = new LinkedHashMap<String, Object>();
    map.forEach(
        (key, value) -> {
          if (value != null) {
            copy.put(String.valueOf(key), value instanceof Map<?, ?> below ? copied(below) : value);
          }
        });
    return copy;
  }

  private static void put(Map<String, Object> tree, String path, String value) {
    var dot = path.indexOf('.');
    if (dot < 0) {
      tree.put(path, value);
      return;
    }
    var below = new LinkedHashMap<String, Object>();
    var there = tree.get(path.substring(0, dot));
    if (there instanceof Map<?, ?> present) {
      below.putAll(copied(present));
    } else if (there != null) {
      throw new ConfigurationException(
          "%s: expected a group of names and values, found '%s'"
              .formatted(path.substring(0, dot), there));
    }
    put(below, path.substring(dot + 1), value);
    tree.put(path.substring(0, dot), below);
  }

  private static ConfigurationException unknownVariable(
      String name, Map<String, String> byVariable) {
    return new ConfigurationException(
        "The environment has an unknown variable '%s'.%s"
            .formatted(
                name,
                NearestName.of(name, byVariable.keySet())
                    .map(known -> " Did you mean '%s'?".formatted(known))
                    .orElse(" Variables of Harrier begin with HARRIER_ and name a setting.")));
  }
}
