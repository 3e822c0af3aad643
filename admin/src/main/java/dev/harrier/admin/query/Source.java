package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a list reads from, and all that its filters and sort keys may name.
 *
 * <p>Filters write a column of the listed thing bare ({@code eq(name,x)}) or behind the thing's own
 * prefix, and columns of related things behind theirs ({@code eq(workflow.name,x)}).
 */
public final class Source {
  /** Columns that share a prefix in filters. */
  record Family(String letter, String join, Map<String, Column> columns) {}

  private final String prefix;
  private final String from;
  private final Map<String, Family> families;
  private final Order defaultOrder;
  private final Column tie;

  private Source(Builder builder, Order defaultOrder, Column tie) {
    this.prefix = builder.prefix;
    this.from = builder.from;
    this.families = Map.copyOf(builder.families);
    this.defaultOrder = defaultOrder;
    this.tie = tie;
  }

  /**
   * Begins a source.
   *
   * @param prefix of the listed thing in filters, e.g. {@code launch_plan}
   * @param letter that stands for it in refusals, as Flyte has it, e.g. {@code l}
   * @param from the tables, e.g. {@code launch_plan l}
   * @param columns that can be filtered and sorted by
   */
  public static Builder of(
      String prefix, String letter, @CompileTimeConstant final String from, Column... columns) {
    return new Builder(prefix, letter, from, columns);
  }

  String prefix() {
    return prefix;
  }

  String from() {
    return from;
  }

  Optional<Family> family(String name) {
    return Optional.ofNullable(families.get(name));
  }

  Optional<Column> column(String name) {
    return family(prefix).map(family -> family.columns().get(name));
  }

  Order defaultOrder() {
    return defaultOrder;
  }

  Column tie() {
    return tie;
  }

  /** Gathers what a source has. */
  public static final class Builder {
    private final String prefix;
    private final String from;
    private final Map<String, Family> families = new LinkedHashMap<>();

    private Builder(String prefix, String letter, String from, Column... columns) {
      this.prefix = requireNonNull(prefix, "prefix");
      this.from = requireNonNull(from, "from");
      families.put(prefix, new Family(letter, "", index(columns)));
    }

    /** Columns under another prefix that the tables have already; they cannot be sorted by. */
    public Builder related(String relatedPrefix, String letter, Column... columns) {
      families.put(relatedPrefix, new Family(letter, "", index(columns)));
      return this;
    }

    /**
     * Columns under another prefix for which a filter adds a join, e.g. {@code JOIN task t ON …}.
     * It must not multiply rows.
     */
    public Builder joined(
        String joinedPrefix,
        String letter,
        @CompileTimeConstant final String join,
        Column... columns) {
      families.put(joinedPrefix, new Family(letter, join, index(columns)));
      return this;
    }

    /**
     * Ends with the order that holds unless a call names another.
     *
     * @param column one of the listed thing's own, the greatest value first
     * @param tie not null and unique within every list; it decides among equals
     */
    public Source newestFirst(String column, Column tie) {
      return build(column, true, tie);
    }

    /** Like {@link #newestFirst}, the least value first. */
    public Source leastFirst(String column, Column tie) {
      return build(column, false, tie);
    }

    private Source build(String name, boolean descending, Column tie) {
      var own = requireNonNull(families.get(prefix), "columns of the listed thing").columns();
      var column = requireNonNull(own.get(name), "column of the default order");
      if (tie.nullable()) {
        throw new IllegalArgumentException("the tie-break of a list: expected one without nulls");
      }
      return new Source(this, new Order(column, descending), tie);
    }

    private static Map<String, Column> index(Column... columns) {
      var index = new LinkedHashMap<String, Column>();
      for (var column : columns) {
        if (index.put(column.name(), column) != null) {
          throw new IllegalArgumentException("two columns are named " + column.name());
        }
      }
      return Map.copyOf(index);
    }
  }
}
