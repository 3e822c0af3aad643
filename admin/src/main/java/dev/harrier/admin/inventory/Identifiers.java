package dev.harrier.admin.inventory;

import dev.harrier.admin.query.Bind;
import dev.harrier.compiler.ProtoText;
import dev.harrier.security.Scope;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Locale;

/** Identifiers of tasks, workflows and launch plans: their checks, their columns and their text. */
public final class Identifiers {
  // Together they fit into an entry of the database's index.
  private static final int NAME_BYTES_MAX = 1024;
  private static final int PART_BYTES_MAX = 255;

  private Identifiers() {}

  /**
   * Checks that an identifier is whole and of the kind that the call is about.
   *
   * @throws RejectedException INVALID_ARGUMENT that names what is missing or unexpected
   */
  public static void check(Identifier id, ResourceType kind) {
    // On the wire an identifier that was not sent is the same as one without a field; it is never
    // taken for any row.
    Required.present(!id.equals(Identifier.getDefaultInstance()), "id");
    if (id.getResourceType() != kind) {
      throw Rejection.invalid(
          "unexpected resource type %s for identifier [%s], expected %s instead",
          word(id.getResourceType()), text(id), word(kind));
    }
    checkFields(id);
  }

  /**
   * Checks that an identifier names something to read or to change, whose kind the call implies: a
   * path over HTTP has no place for it.
   *
   * @return the identifier with its kind
   * @throws RejectedException INVALID_ARGUMENT that names what is missing or unexpected
   */
  public static Identifier named(Identifier id, ResourceType kind) {
    var isImplied =
        id.getResourceType() == ResourceType.UNSPECIFIED
            && !id.equals(Identifier.getDefaultInstance());
    var whole = isImplied ? id.toBuilder().setResourceType(kind).build() : id;
    check(whole, kind);
    return whole;
  }

  /** Checks that an identifier is whole, of whatever kind. */
  public static void checkFields(Identifier id) {
    Required.text(id.getProject(), "project", PART_BYTES_MAX);
    Required.text(id.getDomain(), "domain", PART_BYTES_MAX);
    Required.text(id.getName(), "name", NAME_BYTES_MAX);
    Required.text(id.getVersion(), "version", PART_BYTES_MAX);
  }

  /** Checks that a name in all of its versions is whole. */
  public static void check(NamedEntityIdentifier id) {
    Required.present(!id.equals(NamedEntityIdentifier.getDefaultInstance()), "id");
    Required.text(id.getProject(), "project");
    Required.text(id.getDomain(), "domain");
    Required.text(id.getName(), "name");
  }

  /** Checks what a list needs at least: project and domain. */
  public static void checkScope(String project, String domain) {
    Required.text(project, "project");
    Required.text(domain, "domain");
  }

  /** Where access to the thing is decided. */
  public static Scope scope(Identifier id) {
    return Scope.of(id.getProject(), id.getDomain());
  }

  /** The project and domain of the thing. */
  public static ProjectDomain projectDomain(Identifier id) {
    return new ProjectDomain(id.getProject(), id.getDomain());
  }

  /** The same name with nothing but what rows have, as {@link #read} gives it. */
  public static Identifier plain(Identifier id, ResourceType kind) {
    return Identifier.newBuilder()
        .setResourceType(kind)
        .setProject(id.getProject())
        .setDomain(id.getDomain())
        .setName(id.getName())
        .setVersion(id.getVersion())
        .build();
  }

  /** The values of {@code project = ? AND domain = ? AND name = ? AND version = ?}. */
  public static Bind[] binds(Identifier id) {
    return new Bind[] {
      Bind.text(id.getProject()),
      Bind.text(id.getDomain()),
      Bind.text(id.getName()),
      Bind.text(id.getVersion())
    };
  }

  /**
   * The values of {@code unnest(?, ?, ?, ?) AS wanted (project, domain, name, version)}: many
   * identifiers at once.
   */
  public static Bind[] binds(Collection<Identifier> ids) {
    return new Bind[] {
      Bind.texts(ids.stream().map(Identifier::getProject).toList()),
      Bind.texts(ids.stream().map(Identifier::getDomain).toList()),
      Bind.texts(ids.stream().map(Identifier::getName).toList()),
      Bind.texts(ids.stream().map(Identifier::getVersion).toList())
    };
  }

  /** Reads the columns project, domain, name and version. */
  public static Identifier read(ResultSet row, ResourceType kind) throws SQLException {
    return Identifier.newBuilder()
        .setResourceType(kind)
        .setProject(row.getString("project"))
        .setDomain(row.getString("domain"))
        .setName(row.getString("name"))
        .setVersion(row.getString("version"))
        .build();
  }

  /**
   * The refusal of what is not there.
   *
   * @return NOT_FOUND, in Flyte's words
   */
  public static RejectedException missing(Identifier id) {
    return Rejection.notFound("%s", missingText(id));
  }

  /** What {@link #missing} says. */
  public static String missingText(Identifier id) {
    return "missing entity of type %s with identifier %s"
        .formatted(id.getResourceType().name(), text(id.toBuilder().clearResourceType().build()));
  }

  /** The identifier as refusals show it. */
  public static String text(Identifier id) {
    return ProtoText.of(id);
  }

  private static String word(ResourceType kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
