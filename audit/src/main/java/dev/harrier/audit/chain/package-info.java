/**
 * The log on the disk: lines bound to each other, and signed statements over all of them. Called by
 * the server, which opens it, and through {@link dev.harrier.audit.AuditLog} by everybody else.
 * Must never answer for a record that is not on the disk.
 */
@NullMarked
package dev.harrier.audit.chain;

import org.jspecify.annotations.NullMarked;
