package dev.harrier.security.policy;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.spi.NearestName;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a policy from YAML, and refuses one that is not sound with all that is wrong with it. */
public final class PolicyReader {
  private static final String VERSION = "authz/v1";
  private static final Set<String> ANY = Set.of("*");

  /** As projects and domains are named. */
  private static final Pattern PART = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final int FILE_CHARACTERS_MAX = 8 * 1024 * 1024;

  private final List<String> findings = new ArrayList<>();
  private final Map<String, Role> roles = new LinkedHashMap<>(Role.builtIn());
  private final Set<String> names = new HashSet<>();

  private PolicyReader() {}

  /**
   * Reads a policy.
   *
   * @throws PolicyException with every finding
   */
  public static Policy read(String text) {
    return new PolicyReader().readAll(text);
  }

  private Policy readAll(String text) {
    if (text.length() > FILE_CHARACTERS_MAX) {
      throw new PolicyException(
          List.of(
              "the policy: expected at most %d characters, found %d"
                  .formatted(FILE_CHARACTERS_MAX, text.length())));
    }
    Object loaded;
    try {
      var settings =
          LoadSettings.builder()
              .setAllowDuplicateKeys(false)
              .setCodePointLimit(FILE_CHARACTERS_MAX)
              .build();
      loaded = new Load(settings).loadFromString(text);
    } catch (YamlEngineException wrong) {
      throw new PolicyException(List.of("the policy is no YAML: " + wrong.getMessage()));
    } catch (StackOverflowError deep) {
      throw new PolicyException(List.of("the policy is no YAML: it is nested too deep"));
    }
    var file = Yaml.of("policy", loaded == null ? Map.of() : loaded, findings);
    if (!file.neededText("apiVersion").equals(VERSION) && findings.isEmpty()) {
      file.wrong("apiVersion", "expected '%s'".formatted(VERSION));
    }
    file.mappings("roles").forEach(this::role);
    var bindings = file.mappings("bindings").stream().map(this::binding).toList();
    var denies = file.mappings("denies").stream().map(this::deny).toList();
    var tests = file.mappings("tests").stream().map(this::test).toList();
    file.noOthers();
    if (!findings.isEmpty()) {
      throw new PolicyException(findings);
    }
    return new Policy(roles, bindings, denies, tests.stream().flatMap(Optional::stream).toList());
  }

  // A role may extend those above it and the built-in ones, so that there is no circle.
  private void role(Yaml yaml) {
    var name = yaml.neededText("name");
    var permissions = permissions(yaml, "permissions");
    var onOwn = permissions(yaml, "onOwn");
    if (!Permissions.BY_MAKER.hasAll(onOwn)) {
      yaml.wrong("onOwn", byMaker(onOwn));
    }
    for (var base : yaml.texts("extends")) {
      var extended = role(yaml, "extends", base);
      permissions = permissions.and(extended.permissions());
      onOwn = onOwn.and(extended.onOwn());
    }
    yaml.noOthers();
    if (roles.putIfAbsent(name, new Role(name, permissions, onOwn)) != null) {
      yaml.wrong("name", "there is a role '%s' already".formatted(name));
    }
  }

  private Policy.Binding binding(Yaml yaml) {
    var name = name(yaml);
    var role = role(yaml, "role", yaml.neededText("role"));
    var until = yaml.parsed("until", PolicyReader::instant);
    var reason = yaml.text("reason");
    if (until.isPresent() && reason.isEmpty()) {
      yaml.wrong("reason", "expected a reason, since the binding is for a time only; found none");
    }
    var binding =
        new Policy.Binding(
            name, subjects(yaml, "subjects"), role, bound(yaml), when(yaml), until, reason);
    var granted = role.permissions().and(role.onOwn());
    if (binding.when().owner() && !Permissions.BY_MAKER.hasAll(granted)) {
      yaml.wrong("when.owner", byMaker(granted));
    }
    yaml.noOthers();
    return binding;
  }

  // The rest would be granted by the words of the policy and by nothing that asks it.
  private static String byMaker(Permissions permissions) {
    return "whose a thing is counts for %s alone; of the role it would leave out %s"
        .formatted(words(Permissions.BY_MAKER), words(permissions.without(Permissions.BY_MAKER)));
  }

  private static String words(Permissions permissions) {
    return permissions.list().stream().map(Permission::word).collect(Collectors.joining(", "));
  }

  private Policy.Deny deny(Yaml yaml) {
    var name = name(yaml);
    var permissions =
        ANY.containsAll(yaml.texts("permissions")) && !yaml.texts("permissions").isEmpty()
            ? Permissions.ALL
            : permissions(yaml, "permissions");
    if (permissions.equals(Permissions.NONE)) {
      yaml.wrong("permissions", "expected at least one, found none");
    }
    var deny =
        new Policy.Deny(name, subjects(yaml, "subjects"), permissions, scope(yaml), when(yaml));
    yaml.noOthers();
    return deny;
  }

  private Optional<Policy.Expectation> test(Yaml yaml) {
    var name = name(yaml);
    var subjects = subjects(yaml, "subjects");
    var permission = yaml.parsed("permission", PolicyReader::permission);
    if (yaml.text("permission").isEmpty()) {
      yaml.wrong("permission", "expected one, found none");
    }
    var pattern = scope(yaml);
    var expect = yaml.neededText("expect");
    if (!expect.equals("allow") && !expect.equals("deny")) {
      yaml.wrong("expect", "expected allow or deny, found '%s'".formatted(expect));
    }
    yaml.noOthers();
    return permission.map(
        one ->
            new Policy.Expectation(
                name, subjects, one, asked(yaml, pattern), expect.equals("allow")));
  }

  private static Scope asked(Yaml yaml, ScopePattern pattern) {
    if (pattern.project().isEmpty()) {
      if (pattern.domain().isPresent()) {
        yaml.wrong("scope", "expected a project beside the domain, found none");
      }
      return Scope.platform();
    }
    var project = pattern.project().get();
    return pattern.domain().map(domain -> Scope.of(project, domain)).orElse(Scope.of(project));
  }

  private String name(Yaml yaml) {
    var name = yaml.neededText("name");
    if (!name.isEmpty() && !names.add(name)) {
      yaml.wrong("name", "there is another '%s'".formatted(name));
    }
    return name;
  }

  private static List<String> subjects(Yaml yaml, String key) {
    var subjects = yaml.texts(key);
    if (subjects.isEmpty()) {
      yaml.wrong(key, "expected at least one subject, found none");
    }
    for (var subject : subjects) {
      if (!SubjectNames.wellFormed(subject)) {
        yaml.wrong(
            key,
            "expected user:<name>, user:<issuer>|<subject>, group:<name>, sa:<client>, task:<project>/<domain>/*, user:*, sa:*, task:* or *, found '%s'"
                .formatted(subject));
      }
    }
    return subjects;
  }

  private Role role(Yaml yaml, String key, String name) {
    var role = roles.get(name);
    if (role != null) {
      return role;
    }
    if (!name.isEmpty()) {
      yaml.wrong(key, unknown("role", name, roles.keySet()));
    }
    return new Role(name, Permissions.NONE, Permissions.NONE);
  }

  private static Permissions permissions(Yaml yaml, String key) {
    var permissions = Permissions.of(yaml.allParsed(key, PolicyReader::permission));
    var reserved = permissions.without(permissions.without(Role.ENGINE_ONLY));
    if (!reserved.equals(Permissions.NONE)) {
      yaml.wrong(
          key,
          "%s is the engine's alone and cannot be granted or taken away"
              .formatted(words(reserved)));
    }
    return permissions;
  }

  /**
   * The permission of that word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Permission permission(String word) {
    return Arrays.stream(Permission.values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    unknown(
                        "permission",
                        word,
                        Arrays.stream(Permission.values())
                            .map(Permission::word)
                            .collect(Collectors.toSet()))));
  }

  private static String unknown(String what, String name, Set<String> known) {
    return "there is no %s '%s'%s"
        .formatted(
            what,
            name,
            NearestName.of(name, known)
                .map(near -> ", did you mean '%s'?".formatted(near))
                .orElse(""));
  }

  /** Where a binding counts: who means all projects beside a domain says so. */
  private static ScopePattern bound(Yaml yaml) {
    yaml.mapping("scope")
        .filter(scope -> scope.text("project").isEmpty())
        .ifPresent(
            scope -> yaml.wrong("scope", "expected the key 'project', '*' for all; found none"));
    return scope(yaml);
  }

  private static ScopePattern scope(Yaml yaml) {
    return yaml.mapping("scope")
        .map(
            scope -> {
              var pattern = new ScopePattern(part(scope, "project"), part(scope, "domain"));
              scope.noOthers();
              return pattern;
            })
        .orElse(ScopePattern.EVERYWHERE);
  }

  private static Optional<String> part(Yaml yaml, String key) {
    var part = yaml.text(key).filter(text -> !text.equals("*"));
    if (part.filter(text -> !PART.matcher(text).matches()).isPresent()) {
      yaml.wrong(key, "expected a whole name or *, found '%s'".formatted(part.get()));
    }
    return part;
  }

  private static Condition when(Yaml yaml) {
    return yaml.mapping("when").map(PolicyReader::condition).orElse(Condition.ALWAYS);
  }

  private static Condition condition(Yaml yaml) {
    var strengths = new HashSet<String>(yaml.filledTexts("acr"));
    strengths.addAll(yaml.filledTexts("amr"));
    var owner = yaml.text("owner");
    if (owner.isPresent() && !owner.get().equals("caller")) {
      yaml.wrong("owner", "expected 'caller', found '%s'".formatted(owner.get()));
    }
    var condition =
        new Condition(
            yaml.allParsed("cidr", CidrBlock::parse),
            yaml.mapping("hours").flatMap(PolicyReader::hours),
            strengths,
            yaml.truth("mtls"),
            owner.isPresent());
    yaml.noOthers();
    return condition;
  }

  private static Optional<Condition.Hours> hours(Yaml yaml) {
    var zone = yaml.parsed("zone", ZoneId::of);
    var from = yaml.parsed("from", LocalTime::parse);
    var to = yaml.parsed("to", LocalTime::parse);
    var days = Set.copyOf(yaml.allParsed("days", PolicyReader::day));
    yaml.noOthers();
    if (zone.isEmpty() || from.isEmpty() || to.isEmpty()) {
      yaml.wrong("zone", "expected zone, from and to, such as Europe/Berlin, '08:00' and '18:00'");
      return Optional.empty();
    }
    return Optional.of(
        new Condition.Hours(
            zone.get(), days.isEmpty() ? Set.of(DayOfWeek.values()) : days, from.get(), to.get()));
  }

  private static DayOfWeek day(String text) {
    for (var day : DayOfWeek.values()) {
      if (day.name().toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) {
        return day;
      }
    }
    throw new IllegalArgumentException("expected a day such as monday, found '%s'".formatted(text));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (java.time.format.DateTimeParseException wrong) {
      throw new IllegalArgumentException(
          "expected a time such as 2026-11-21T18:00:00Z, found '%s'".formatted(text), wrong);
    }
  }
}
