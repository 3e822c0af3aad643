/**
 * What every RPC passes through whatever its service: errors become statuses, calls get a request
 * id and are measured.
 *
 * <p>The wiring wraps each served service in it, for gRPC and for HTTP alike. It must never know a
 * particular RPC.
 */
@NullMarked
package dev.harrier.server.rpc;

import org.jspecify.annotations.NullMarked;
