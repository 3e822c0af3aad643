/**
 * Flyte's APIs over plain HTTP, with JSON or binary protobuf, after the google.api.http annotations
 * of the services.
 *
 * <p>The wiring mounts the gateway beside gRPC; it calls the same services through the same
 * interceptors. It must never decide about access or know a particular RPC.
 */
@NullMarked
package dev.harrier.server.http;

import org.jspecify.annotations.NullMarked;
