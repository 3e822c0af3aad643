/**
 * The way of data between clients and the blob store: places to upload to, links to download, and
 * literals by their {@code flyte://} names.
 *
 * <p>The server serves its adapter. It must never sign what a caller names by a path: keys are made
 * here, from a project and domain that the caller was let in to.
 */
@NullMarked
package dev.harrier.admin.dataproxy;

import org.jspecify.annotations.NullMarked;
