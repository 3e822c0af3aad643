package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CompileTimeConstant;
import dev.harrier.database.SqlErrors;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A list call as one query. Made by one thread for one call.
 *
 * <p>{@link #of} checks all that the caller sent; conditions of the program are added with {@link
 * #where}; {@link #read} asks the database.
 */
public final class ListQuery {
  private final Source source;
  private final ListRequest request;
  private final List<Filter> filters;
  private final Keyset keyset;
  private final PageToken token;
  private final int limit;
  private final List<Condition> conditions = new ArrayList<>();
  private final Set<String> joins = new LinkedHashSet<>();

  private ListQuery(
      Source source, ListRequest request, List<Filter> filters, Keyset keyset, PageToken token) {
    this.source = source;
    this.request = request;
    this.filters = filters;
    this.keyset = keyset;
    this.token = token;
    this.limit = (int) Math.min(request.limit(), ListRequest.PAGE_MAX);
  }

  /**
   * Checks a request, in this order: limit, filters, sort key, token.
   *
   * @throws RejectedException INVALID_ARGUMENT that names what is wrong
   */
  public static ListQuery of(Source source, ListRequest request) {
    if (request.limit() == 0) {
      throw Rejection.invalid("invalid value for limit");
    }
    var filters = FilterParser.parse(source, request.filters());
    var conditions = filters.stream().map(Condition::of).toList();
    var order = Order.of(source, request.sort());
    var token = PageToken.parse(request, order);
    var keyset = new Keyset(order, source.tie());
    var query = new ListQuery(source, request, filters, keyset, token);
    query.conditions.addAll(conditions);
    filters.stream().map(Filter::join).filter(join -> !join.isEmpty()).forEach(query.joins::add);
    if (token instanceof PageToken.After after) {
      query.conditions.add(keyset.after(request, after));
    }
    return query;
  }

  /** Whether the caller filters by a column of the listed thing itself, under its bare name. */
  public boolean filtersBy(String column) {
    return source
        .column(column)
        .map(own -> filters.stream().anyMatch(filter -> filter.column().equals(own)))
        .orElse(false);
  }

  /** Whether the caller filters at all. */
  public boolean filters() {
    return !filters.isEmpty();
  }

  /**
   * Adds a condition that every row must hold.
   *
   * @param sql constant, with a question mark for each of {@code binds}
   */
  public ListQuery where(@CompileTimeConstant final String sql, Bind... binds) {
    conditions.add(new Condition(sql, List.of(binds)));
    return this;
  }

  /**
   * Reads the page.
   *
   * @param columns what to select, over the source's tables
   * @throws RejectedException RESOURCE_EXHAUSTED if the database took too long over such filters
   */
  public <T> Page<T> read(
      Connection connection, @CompileTimeConstant final String columns, RowReader<T> reader)
      throws SQLException {
    requireNonNull(reader, "reader");
    try (var statement = connection.prepareStatement(sql(columns))) {
      bind(connection, statement);
      try (var rows = statement.executeQuery()) {
        return page(rows, reader);
      }
    } catch (SQLException error) {
      if (SqlErrors.isTimeout(error)) {
        throw Rejection.exhausted(
            "%s took too long with these filters and this order: name a workflow, a launch plan or a shorter span of time",
            request.rpc());
      }
      throw error;
    }
  }

  private String sql(String columns) {
    var sql =
        new StringBuilder("SELECT ")
            .append(columns)
            .append(", ")
            .append(keyset.sortKeyText())
            .append(" AS page_sort_key, ")
            .append(keyset.tieText())
            .append(" AS page_tie FROM ")
            .append(source.from());
    joins.forEach(join -> sql.append(' ').append(join));
    var word = " WHERE ";
    for (var condition : conditions) {
      sql.append(word).append(condition.sql());
      word = " AND ";
    }
    sql.append(" ORDER BY ").append(keyset.orderBy()).append(" LIMIT ?");
    if (token instanceof PageToken.Offset) {
      sql.append(" OFFSET ?");
    }
    return sql.toString();
  }

  private void bind(Connection connection, PreparedStatement statement) throws SQLException {
    var position = 1;
    for (var condition : conditions) {
      for (var bind : condition.binds()) {
        bind.set(connection, statement, position++);
      }
    }
    statement.setLong(position++, limit);
    if (token instanceof PageToken.Offset(long rows)) {
      statement.setLong(position, rows);
    }
  }

  private <T> Page<T> page(ResultSet rows, RowReader<T> reader) throws SQLException {
    var values = new ArrayList<T>();
    var next = "";
    while (rows.next()) {
      values.add(reader.read(rows));
      if (values.size() == limit) {
        // A page that is full has a token even if nothing follows, as in Flyte.
        next =
            PageToken.write(
                request,
                keyset.order(),
                Optional.ofNullable(rows.getString("page_sort_key")),
                requireNonNull(rows.getString("page_tie"), "tie-break"));
      }
    }
    return new Page<>(values, next);
  }
}
