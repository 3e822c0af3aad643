/**
 * What of a request may be recorded: a table with a decision for every field of the protocol, and
 * what a request is about. Called by the record and by whoever makes one of a call. Must never let
 * a field through that the table does not name.
 */
@NullMarked
package dev.harrier.audit.redact;

import org.jspecify.annotations.NullMarked;
