/**
 * How an attempt ended: the record of its process, what must be known to judge it, and the
 * judgement of what it left in the blob store and its log. The runtime calls it once for each end,
 * whether this server started the attempt or an earlier one did. It must never change an attempt's
 * folders, nor any blob but those that it moves large outputs into.
 */
@NullMarked
package dev.harrier.runtime.process.outcome;

import org.jspecify.annotations.NullMarked;
