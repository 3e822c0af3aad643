/**
 * What is said of things that were done: {@link dev.harrier.audit.AuditRecord} and its parts, and
 * the {@link dev.harrier.audit.AuditLog} that takes them. Called by every room that does something
 * worth a record. Must never touch callers' values: a record is made of names, codes and sizes.
 */
@NullMarked
package dev.harrier.audit;

import org.jspecify.annotations.NullMarked;
