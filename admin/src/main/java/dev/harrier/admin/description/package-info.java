/**
 * The long descriptions that tasks and workflows are registered with.
 *
 * <p>The API's adapters call it, and the use cases that register a version store its description
 * here. It must never touch the versions themselves.
 */
@NullMarked
package dev.harrier.admin.description;

import org.jspecify.annotations.NullMarked;
