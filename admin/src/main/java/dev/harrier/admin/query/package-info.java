/**
 * From the filters, sort key, limit and page token of a list call to one SQL query and its page.
 *
 * <p>Every list of the API calls it, with a {@link dev.harrier.admin.query.Source} that names what
 * may be filtered and sorted by; {@link dev.harrier.admin.query.ListQuery} then checks the request
 * and reads the page:
 *
 * <pre>{@code
 * var query =
 *     ListQuery.of(TaskStore.SOURCE, request)
 *         .where("t.project = ?", Bind.text(project))
 *         .where("t.domain = ?", Bind.text(domain));
 * Page<Task> page =
 *     database.api().run("list tasks", c -> query.read(c, "t.name, t.version", TaskStore::read));
 * }</pre>
 *
 * <p>It must never put a caller's text into SQL: SQL comes from constants of this program, values
 * are bound.
 */
@NullMarked
package dev.harrier.admin.query;

import org.jspecify.annotations.NullMarked;
