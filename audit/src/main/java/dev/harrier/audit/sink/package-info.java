/**
 * Brings the lines of the log to receivers outside, each at its own pace: the log's files are what
 * waits for a receiver that is away. Called by the server, which makes one delivery for each
 * configured sink. Must never be waited for by a call, and never change a line.
 */
@NullMarked
package dev.harrier.audit.sink;

import org.jspecify.annotations.NullMarked;
