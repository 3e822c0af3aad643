/**
 * What the audit log costs: records, changes that wait for them, a check of it, and what a read
 * pays. Called by the bench. Must never touch a home that is not its own.
 */
@NullMarked
package dev.harrier.bench.audit;

import org.jspecify.annotations.NullMarked;
