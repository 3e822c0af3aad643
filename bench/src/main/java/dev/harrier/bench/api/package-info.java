/**
 * What calls cost: a real server process, real gRPC with a token, one to many callers. The bench's
 * command calls it, and the section of starts uses its server. It must never reach into the
 * server's process but through its ports.
 */
@NullMarked
package dev.harrier.bench.api;

import org.jspecify.annotations.NullMarked;
